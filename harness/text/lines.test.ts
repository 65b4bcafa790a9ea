import { expect, test } from 'vitest';
import { lastLines } from './lines.js';

test('the end of a text, without the line end', () => {
  expect(lastLines('a\nb\nc\n', 2)).toBe('b\nc');
  expect(lastLines('a', 2)).toBe('a');
  expect(lastLines('', 2)).toBe('');
});
