import { expect, test } from 'vitest';
import { formatCount, formatShare, noun, plural } from './numbers.js';

test('a share is never rounded to all or to nothing', () => {
  expect(formatShare(99_999, 100_000)).toBe('99.99 %');
  expect(formatShare(1, 100_000_000)).toBe('0.01 %');
  expect([formatShare(1, 1), formatShare(0, 5), formatShare(0, 0)]).toEqual(['100 %', '0 %', '–']);
});

test('a count has commas, and a word that agrees with it', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect([plural(1, 'key'), plural(2000, 'key'), plural(0, 'entry', 'entries')]).toEqual([
    '1 key',
    '2,000 keys',
    '0 entries',
  ]);
  expect([noun(1, 'was', 'were'), noun(2, 'was', 'were')]).toEqual(['was', 'were']);
});
