import { parseEDNString, toEDNStringFromSimpleObject } from 'edn-data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.js';
import { EdnError } from './edn-atoms.js';
import { EdnReader } from './edn.js';

const read = (text: string): JsonValue | undefined => new EdnReader(text).next();

/** Values that mean the same in EDN and in JSON. */
const plain = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.stringMatching(/^[ -~]*$/).map((text) => text.replaceAll(/["\\]/g, '')),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie('value'), { maxKeys: 4 }),
  ),
})).value as fc.Arbitrary<never>;

describe('EdnReader', () => {
  it('reads what edn-data writes, as edn-data reads it', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const text = toEDNStringFromSimpleObject(value);
        expect(read(text)).toEqual(value);
        const theirs: unknown = parseEDNString(text, { mapAs: 'object', keywordAs: 'string' });
        expect(read(text)).toEqual(theirs);
      }),
    );
  });

  it.each<[string, JsonValue]>([
    ['{:type :ok, :f :cas, :value [1 2]}', { type: 'ok', f: 'cas', value: [1, 2] }],
    ['#jepsen.history.Op{:index 0 :error nil}', { index: 0, error: null }],
    ['#inst "2020-01-01"', '2020-01-01'],
    ['#{1 2 #{}}', [1, 2, []]],
    ['(1 #_ (2 3) 4 ; a comment\n 5)', [1, 4, 5]],
    ['[1 #_2]', [1]],
    ['"a\\n\\"\\\\\\u00e9"', 'a\n"\\é'],
    ['[\\a \\newline \\u03a9 \\( \\space]', ['a', '\n', 'Ω', '(', ' ']],
    ['[-1 +2 3N 1.5 2e3 0.5M]', [-1, 2, 3, 1.5, 2000, 0.5]],
    ['[9007199254740993 9007199254740991]', ['9007199254740993', 9007199254740991]],
    ['{1 2, [3 4] 5}', { '1': 2, '[3,4]': 5 }],
    ['[nil :nemesis some.ns/name ##Inf 1/2]', [null, 'nemesis', 'some.ns/name', 'Inf', '1/2']],
    [' , ,[,]', []],
  ])('reads %s', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each([
    ['a "]" is missing', '[1 2', 1],
    ['a map has a key without a value', '{:a}', 0],
    ['a string has no end', '"abc', 0],
    ['unknown escape \\q', '"a\\q"', 3],
    ['\\u12g4 is not a character', '"\\u12g4"', 2],
    ['unexpected "]"', '  ]', 2],
    ['the text ends before the value of the tag #inst', '#inst', 5],
    ['unknown character \\nonsense', '\\nonsense', 0],
    ['nested more than 500 deep', '['.repeat(100_000), 501],
  ])('refuses: %s', (reason, text, position) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ message: reason, position }));
    expect(() => read(text)).toThrow(EdnError);
  });

  it('ends, or says where it cannot, on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'[]{}()#_"\\:;, \n1ax') }), (text) => {
        try {
          read(text);
        } catch (error) {
          expect(error).toBeInstanceOf(EdnError);
          expect((error as EdnError).position).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('cannot be made to change the prototype of what it returns', () => {
    const value = read('{:__proto__ {:polluted true}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect('polluted' in value).toBe(false);
  });
});
