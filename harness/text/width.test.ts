import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, displayWidth, pad, wrap } from './width.js';

describe('displayWidth', () => {
  it('counts columns, not code units', () => {
    expect(displayWidth('abc')).toBe(3);
    expect(displayWidth('\u001b[31mabc\u001b[39m')).toBe(3);
    expect(displayWidth('日本')).toBe(4);
    expect(displayWidth('😀')).toBe(2);
    expect(displayWidth('👩‍👩‍👧')).toBe(2);
    expect(displayWidth('e\u0301')).toBe(1);
  });
});

describe('pad', () => {
  it('fills up to a width on either side, and cuts nothing off', () => {
    expect(pad('日', 4)).toBe('日  ');
    expect(pad('ab', 4, 'right')).toBe('  ab');
    expect(pad('ab', 1)).toBe('ab');
  });
});

describe('cut', () => {
  it('never gives more columns than there are, and leaves what fits alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, width) => {
        const shortened = cut(text, width);
        expect(displayWidth(shortened)).toBeLessThanOrEqual(width);
        if (displayWidth(text) <= width) expect(shortened).toBe(text);
      }),
    );
  });
});

describe('wrap', () => {
  it('loses no word, makes no line too long, and leaves no room for the next word', () => {
    const word = fc.stringMatching(/^[a-z,.()-]{1,12}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1 }),
        fc.integer({ min: 5, max: 40 }),
        (words, width) => {
          const lines = wrap(words.join(' '), width);
          expect(lines.join(' ')).toBe(words.join(' '));
          lines.forEach((line, index) => {
            if (line.includes(' ')) expect(line.length).toBeLessThanOrEqual(width);
            const [next] = lines[index + 1]?.split(' ') ?? [];
            if (next) expect(line.length + 1 + next.length).toBeGreaterThan(width);
          });
        },
      ),
    );
  });

  it('counts columns', () => {
    expect(wrap('日本 日本 日本', 9)).toEqual(['日本 日本', '日本']);
  });
});
