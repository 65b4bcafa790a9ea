import { expect, test } from 'vitest';
import { formatDuration, formatSeconds, formatTime } from './time.js';

test('a duration is in the unit that suits', () => {
  expect([850e3, 12.34e6, 4.514e9, 125e9, 3600e9].map(formatDuration)).toEqual([
    '850 µs',
    '12.3 ms',
    '4.51 s',
    '2 min 5 s',
    '60 min',
  ]);
});

test('a point in time has milliseconds, a length of time in seconds a tenth', () => {
  expect(formatTime(12_345_600_000)).toBe('12.346 s');
  expect([formatSeconds(12_340), formatSeconds(0)]).toEqual(['12.3 s', '0.0 s']);
});
