import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommandSync } from '../../../harness/machine/command.js';
import { describeWith } from '../../../harness/testing/requirements.js';
import { readDamage, readLoss, readProbe, readUndo } from './answers.js';
import { diskCalls } from './library.js';

const PROGRAM = fileURLToPath(new URL('./scripts/damage.pl', import.meta.url));

let directory: string;
let kept: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'schism-damage-'));
  kept = join(directory, 'kept');
  mkdirSync(kept);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A log with zeros behind it that are allocated in advance, written before or after others. */
function writeLog(name: string, text: string, atSeconds: number): Buffer {
  const content = Buffer.concat([Buffer.from(text), Buffer.alloc(70_000)]);
  writeFileSync(join(directory, name), content);
  utimesSync(join(directory, name), atSeconds, atSeconds);
  return content;
}

function damage(kind: string, draw: number): string {
  const args = [PROGRAM, kind, String(draw), kept, 'wal-1.log', 'wal-2.log'];
  return runCommandSync('perl', args, { cwd: directory }).stdout;
}

// `cp` of macOS keeps no sparse files.
describeWith('linux', 'the damage to a log', () => {
  test('flips a bit of what was written last, and keeps a copy', () => {
    writeLog('wal-1.log', 'the older one', 1_000);
    const before = writeLog('wal-2.log', 'abcdefgh', 2_000);
    const told = damage('flip-bit', 0.51);
    expect(readDamage(told)).toBe(
      'wal-2.log: bit 0 of byte 4 of 70008 (8 written) was flipped (101 to 100)',
    );
    const after = readFileSync(join(directory, 'wal-2.log'));
    expect([...after.keys()].filter((index) => after[index] !== before[index])).toEqual([4]);
    expect(readFileSync(join(kept, 'wal-2.log')).equals(before)).toBe(true);
    expect(existsSync(join(kept, 'wal-1.log'))).toBe(false);
  });

  test('cuts off the tail from somewhere in what was written', () => {
    writeLog('wal-1.log', 'abcdefgh', 2_000);
    writeLog('wal-2.log', 'the older one', 1_000);
    expect(readDamage(damage('truncate-tail', 0.25))).toBe(
      'wal-1.log: cut from 70008 (8 written) to 2 bytes, the first one gone was 99',
    );
    expect(readFileSync(join(directory, 'wal-1.log'), 'utf8')).toBe('ab');
  });

  test('is refused where nothing is written', () => {
    writeLog('wal-1.log', '', 1_000);
    expect(() => damage('flip-bit', 0.5)).toThrow('nothing is written in its log yet');
  });
});

test('a pattern of files cannot be more than that', () => {
  const flip = { kind: 'flip-bit', draw: 0.5 } as const;
  expect(diskCalls.damage('/dev/loop0', '/disks/n1.img', 'member/wal/*.wal', flip)).toBe(
    "damage_log '/dev/loop0' '/disks/n1.img' 'member/wal/*.wal' 'flip-bit' '0.5'",
  );
  expect(() => diskCalls.damage('/dev/loop0', '/disks/n1.img', '$(id)', flip)).toThrow(RangeError);
});

test('what the scripts print is read', () => {
  expect(readProbe('28 1500000\n')).toEqual({
    refusal: 'ENOSPC',
    tookMs: 1.5,
    slowedSyncs: undefined,
  });
  expect(readProbe('0 2000000 7\n')).toEqual({ refusal: undefined, tookMs: 2, slowedSyncs: 7 });
  expect(readLoss('10 2\n')).toEqual({ lostBytes: 10, lostFiles: 2 });
  expect(readUndo('wal-1.log\t70000\n')).toBe('wal-1.log: its 70000 bytes are as they were');
});
