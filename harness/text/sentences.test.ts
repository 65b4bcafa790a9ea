import { expect, test } from 'vitest';
import { enumerate, formatValue, printable, shorten } from './sentences.js';

test('nothing moves the cursor', () => {
  expect(printable('a\u001b[2Jb\u009b\u202ec\nd\te')).toBe('a\\u001b[2Jb\\u009b\\u202ec⏎d e');
  expect(printable('日本 😀')).toBe('日本 😀');
});

test('a text is cut between characters', () => {
  expect(shorten('😀😀😀', 2)).toBe('😀…');
  expect(shorten('abc', 3)).toBe('abc');
  expect(formatValue({ a: [1, 2, 3] }, 6)).toBe('{"a":…');
  expect(formatValue(undefined)).toBe('');
});

test('names are put into a sentence', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(enumerate)).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ]);
});
