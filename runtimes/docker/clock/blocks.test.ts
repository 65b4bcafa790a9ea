import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClockSkew } from '../../../harness/contracts/cluster.js';
import { encodeBlock, nextBlock, shifted, UNSHIFTED, type ClockReading } from './blocks.js';

const now: ClockReading = { wallNs: 1_700_000_000_000_000_000n, monotonicNs: 5_000_000_000n };
const SECOND = 1_000_000_000n;

describe('what the clock routines are told', () => {
  test('an offset and a drift, from the reading on', () => {
    const { wall, monotonic } = nextBlock(UNSHIFTED, { offsetMs: -250, driftPpm: 500_000 }, now);
    expect(shifted(now.wallNs, wall) - now.wallNs).toBe(-250_000_000n);
    const later = now.wallNs + 4n * SECOND;
    expect(shifted(later, wall) - later).toBe(2n * SECOND - 250_000_000n);
    expect(shifted(now.monotonicNs + SECOND, monotonic)).toBe(now.monotonicNs + SECOND);
  });

  test('a strobe is in force half of the time', () => {
    const { wall } = nextBlock(UNSHIFTED, { offsetMs: 8_000, driftPpm: 0, strobeMs: 134 }, now);
    const off = Array.from({ length: 1_000 }, (_, index) => {
      const ns = now.wallNs + BigInt(index) * 10_000_000n;
      return shifted(ns, wall) !== ns;
    });
    const share = off.filter(Boolean).length / off.length;
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
  });

  const skew: fc.Arbitrary<ClockSkew | null> = fc.option(
    fc.record({
      offsetMs: fc.integer({ min: 0, max: 10_000 }),
      driftPpm: fc.integer({ min: -900_000, max: 2_000_000 }),
      monotonic: fc.constant(true),
    }),
  );
  const delay = fc.bigInt({ min: 0n, max: 10n * SECOND });

  test('a monotonic clock never goes back, even where a block comes into force late', () => {
    const late = fc.bigInt({ min: 0n, max: SECOND });
    fc.assert(
      fc.property(fc.array(fc.tuple(skew, delay, late)), (moves) => {
        let block = UNSHIFTED;
        let monotonicNs = now.monotonicNs;
        for (const [wanted, after, lateNs] of moves) {
          monotonicNs += after;
          const next = nextBlock(block, wanted, { ...now, monotonicNs });
          monotonicNs += lateNs;
          const before = shifted(monotonicNs, block.monotonic);
          // Rounding to 2^-32 may cost some nanoseconds.
          expect(shifted(monotonicNs, next.monotonic)).toBeGreaterThanOrEqual(before - 10n);
          block = next;
        }
      }),
    );
  });

  test('a block is eight words, the wall clock first', () => {
    const bytes = encodeBlock(nextBlock(UNSHIFTED, { offsetMs: 1, driftPpm: 0 }, now));
    expect(bytes.length).toBe(64);
    expect(bytes.readBigInt64LE(0)).toBe(1_000_000n);
    expect(bytes.readBigInt64LE(8)).toBe(now.wallNs);
    expect(bytes.readBigInt64LE(40)).toBe(now.monotonicNs);
  });
});
