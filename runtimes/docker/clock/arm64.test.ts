import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommandSync } from '../../../harness/machine/command.js';
import { describeWith } from '../../../harness/testing/requirements.js';
import { type ClockBlock, type ClockShift, encodeBlock, shifted, UNSHIFTED } from './blocks.js';
import { clockCodeFor } from './listing.js';

/** Clocks as Linux numbers them: the wall clocks, the monotonic ones, and what stays as it is. */
const WALL = [0, 5];
const MONOTONIC = [1, 6];
const UNTOUCHED = [4, 7];
const UNKNOWN = 99;
const CLOCKS = [...WALL, ...MONOTONIC, ...UNTOUCHED, UNKNOWN];

const EINVAL = 22n;
const RECORD_BYTES = 64;

/**
 * Asks the kernel, the routine, and the kernel again, for each clock, and for the time of day at the end; then writes
 * all that it heard. x19 to x23 and the stack pointer are as they were after each call, or it would not get there.
 */
const program = (routine: string, gettimeofday: number): string => `
.text
.balign 8
routine: .incbin "${routine}"
.balign 4
ask:     mov w0, w22
         mov x1, x20
         mov w8, #113
         svc #0
         add x20, x20, #16
         ret
.global _start
_start:  ldr x20, =answers
         adr x19, clocks
         mov x23, sp
1:       ldr w22, [x19], #4
         bl ask
         mov w0, w22
         mov x1, x20
         bl routine
         str x0, [x20, #32]
         add x20, x20, #16
         bl ask
         add x20, x20, #16
         cmp w22, #${UNKNOWN}
         b.ne 1b
         mov w22, #0
         bl ask
         mov x0, x20
         ldr x1, =zone
         bl routine + ${gettimeofday}
         str x0, [x20, #32]
         add x20, x20, #16
         bl ask
         mov x0, #0
         ldr x1, =zone
         bl routine + ${gettimeofday}
         mov x2, sp
         sub x0, x2, x23
         mov x2, #${(CLOCKS.length + 1) * RECORD_BYTES}
         cbnz x0, 2f
         mov x0, #1
         ldr x1, =answers
         mov w8, #64
         svc #0
         mov x0, #0
2:       mov w8, #93
         svc #0
clocks:  .word ${CLOCKS.join(', ')}
.bss
.balign 8
zone:    .zero 8
answers: .zero ${(CLOCKS.length + 1) * RECORD_BYTES}
`;

/** What a routine answered, and between which true times; nanoseconds. */
interface Answer {
  before: bigint;
  got: bigint;
  after: bigint;
  returned: bigint;
}

function readAnswer(bytes: Buffer, index: number, fractionNs: bigint): Answer {
  const word = (at: number): bigint => bytes.readBigInt64LE(index * RECORD_BYTES + at);
  const time = (at: number, unit: bigint): bigint =>
    word(at) * 1_000_000_000n + word(at + 8) * unit;
  return {
    before: time(0, 1n),
    got: time(16, fractionNs),
    after: time(32, 1n),
    returned: BigInt.asIntN(32, word(48)),
  };
}

function expectShifted(
  { before, got, after, returned }: Answer,
  shift: ClockShift,
  unit = 1n,
): void {
  expect(returned).toBe(0n);
  expect(got).toBeGreaterThanOrEqual(shifted(before, shift) - (unit - 1n));
  expect(got).toBeLessThanOrEqual(shifted(after, shift));
}

const HOUR = 3_600_000_000_000n;
const shift = (offsetNs: bigint, more: Partial<ClockShift> = {}): ClockShift => ({
  ...UNSHIFTED.wall,
  offsetNs,
  ...more,
});
const YEAR_2020 = 1_577_836_800_000_000_000n;
const blocks: Record<string, ClockBlock> = {
  'as they are': UNSHIFTED,
  'an hour ahead': { ...UNSHIFTED, wall: shift(HOUR) },
  'an hour and a bit behind': { ...UNSHIFTED, wall: shift(-HOUR - 987_654_321n) },
  'before 1970, which is 1970': { ...UNSHIFTED, wall: shift(-(2n ** 62n)) },
  'half as fast': { ...UNSHIFTED, wall: shift(0n, { baseNs: YEAR_2020, rate: -(2n ** 31n) }) },
  'twice as fast, and ahead': {
    ...UNSHIFTED,
    wall: shift(HOUR, { baseNs: YEAR_2020, rate: 2n ** 32n }),
  },
  // Years long, one of them shifted now and the other not.
  'strobing, at one time': { ...UNSHIFTED, wall: shift(HOUR, { mask: 2n ** 60n }) },
  'strobing, at another': { ...UNSHIFTED, wall: shift(HOUR, { mask: 2n ** 58n }) },
  'monotonic, too': { wall: shift(HOUR), monotonic: shift(5n * HOUR, { rate: 2n ** 30n }) },
};

describeWith('arm64', 'the clock routines of arm64, run', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'schism-arm64-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** The second block is in force where `active` says so, as after a change. */
  function run(block: ClockBlock, isSecond: boolean): Buffer {
    const [routine, source, object, executable] = ['bin', 's', 'o', 'elf'].map((end) =>
      join(directory, `clock.${end}`),
    );
    const { bytes, labels } = clockCodeFor('aarch64')!;
    const data = [encodeBlock(UNSHIFTED), encodeBlock(block)];
    if (!isSecond) data.reverse();
    writeFileSync(routine, Buffer.concat([bytes, ...data, Buffer.of(isSecond ? 64 : 0)]));
    writeFileSync(source, program(routine, labels.gettimeofday));
    runCommandSync('aarch64-linux-gnu-as', [source, '-o', object]);
    runCommandSync('aarch64-linux-gnu-ld', [object, '-o', executable]);
    const { stdout } = runCommandSync('qemu-aarch64', [executable], { encoding: 'latin1' });
    return Buffer.from(stdout, 'latin1');
  }

  test.each(Object.entries(blocks))('answer what they should: %s', (_, block) => {
    for (const isSecond of [false, true]) {
      const answers = run(block, isSecond);
      const of = (clock: number): Answer => readAnswer(answers, CLOCKS.indexOf(clock), 1n);
      for (const clock of WALL) expectShifted(of(clock), block.wall);
      for (const clock of MONOTONIC) expectShifted(of(clock), block.monotonic);
      for (const clock of UNTOUCHED) expectShifted(of(clock), UNSHIFTED.wall);
      expect(of(UNKNOWN).returned).toBe(-EINVAL);
      expectShifted(readAnswer(answers, CLOCKS.length, 1_000n), block.wall, 1_000n);
    }
  });
});
