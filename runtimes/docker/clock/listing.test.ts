import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommandSync } from '../../../harness/machine/command.js';
import { describeWith } from '../../../harness/testing/requirements.js';
import { clockCodeFor, readListing, sourceOf } from './listing.js';

/** What comes behind the code, and what the names in it mean. */
const DATA = '\n.balign 8\nblocks: .zero 128\nactive: .byte 0\n.balign 8\nclockwait: .quad 0\n';
const DATA_BYTES = 144;

const machines = [
  {
    name: 'x86_64',
    tools: 'x86_64-linux-gnu-',
    head: '.intel_syntax noprefix\n',
    text: readListing('x86-64.lst'),
  },
  { name: 'aarch64', tools: 'aarch64-linux-gnu-', head: '', text: readListing('arm64.lst') },
];

describeWith('assemblers', 'the clock routines', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'schism-listing-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each(machines)('$name: the bytes are what the assembler makes', ({ name, ...machine }) => {
    const [source, object, raw] = ['s', 'o', 'bin'].map((end) => join(directory, `${name}.${end}`));
    writeFileSync(source, `${machine.head}${sourceOf(machine.text)}${DATA}`);
    runCommandSync(`${machine.tools}as`, [source, '-o', object]);
    runCommandSync(`${machine.tools}objcopy`, ['-O', 'binary', '-j', '.text', object, raw]);
    const made = readFileSync(raw);
    const { bytes } = clockCodeFor(name)!;
    expect(made.length).toBe(bytes.length + DATA_BYTES);
    const isSame = (index: number): boolean => made[index] === bytes[index];
    // Padding between code and data is never run, and each assembler has its own.
    const codeLength = bytes.length - paddingOf(machine.text, bytes.length);
    expect([...bytes.keys()].slice(0, codeLength).filter((index) => !isSame(index))).toEqual([]);
  });
});

function paddingOf(listing: string, length: number): number {
  const hex = listing.split('\n').map((line) => (line.startsWith(';') ? '' : line.split(' ')[0]));
  return length - hex.join('').length / 2;
}
