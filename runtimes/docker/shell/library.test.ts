import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommandSync } from '../../../harness/machine/command.js';
import { call, shellLibrary } from './library.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'schism-library-'));
  writeFileSync(join(directory, 'show.sh'), `show() { printf '<%s>' "$@"; }\n`);
  writeFileSync(join(directory, 'say-it.pl'), `print "it's $ARGV[0], $ENV{HOME}\\n";\n`);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function run(script: string): string {
  const options = { input: script, env: { HOME: '/here' }, encoding: 'latin1' } as const;
  return Buffer.from(runCommandSync('bash', [], options).stdout, 'latin1').toString();
}

/** Beside which the files of the library lie. */
const module = (): string => pathToFileURL(join(directory, 'module.js')).href;

test('arguments arrive as they are, whatever a shell would see in them', () => {
  const library = shellLibrary(module(), ['./show.sh']);
  // No text can have a zero byte, and none of ours has half a character.
  const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
      const shown = run(library(call('show', ...words)));
      expect(shown).toBe(words.map((each) => `<${each}>`).join(''));
    }),
    { numRuns: 30, examples: [[["'", '$HOME', '`id`', 'a b', '', '\\', '*', '\n']]] },
  );
});

test('a Perl program is a variable that is named after its file', () => {
  const library = shellLibrary(module(), ['./say-it.pl'], { who: "O'Hara" });
  expect(run(library('perl -e "$say_it_pl" "$who"'))).toBe("it's O'Hara, /here\n");
});

test('calls follow one another in one shell', () => {
  const library = shellLibrary(module(), ['./show.sh']);
  expect(
    run(library('set -e', call('show', 1), 'false', call('show', 2)).replace('false', ':')),
  ).toBe('<1><2>');
  expect(() => run(library('set -e', call('show', 1), 'false', call('show', 2)))).toThrow();
});
