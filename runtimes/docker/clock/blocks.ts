import type { ClockSkew } from '../../../harness/contracts/cluster.js';

/** How one clock is shifted: by `offsetNs`, and by `rate` in 2^-32 of the time that has passed since `baseNs`. */
export interface ClockShift {
  offsetNs: bigint;
  baseNs: bigint;
  rate: bigint;
  /** Shifted only while all these bits of the true time are set; 0: always. */
  mask: bigint;
}

/** How the clocks of a process are shifted: one of the two blocks that lie behind the routines. */
export interface ClockBlock {
  wall: ClockShift;
  monotonic: ClockShift;
}

/** What the engine's host read off its own clocks, nanoseconds. */
export interface ClockReading {
  wallNs: bigint;
  monotonicNs: bigint;
}

const RIGHT: ClockShift = { offsetNs: 0n, baseNs: 0n, rate: 0n, mask: 0n };
/** Clocks that nothing was done to. */
export const UNSHIFTED: ClockBlock = { wall: RIGHT, monotonic: RIGHT };

const NS_PER_MS = 1e6;
const RATE_ONE = 2 ** 32;
/** So late after the reading a block may come into force without a monotonic clock going back. */
const LATEST_NS = 1_000_000_000n;

/** Whether a clock is another than the kernel's. */
export function isShifted({ offsetNs, rate }: ClockShift): boolean {
  return offsetNs !== 0n || rate !== 0n;
}

/** What a routine answers where the kernel says `ns`; the machine code does the same. */
export function shifted(ns: bigint, { offsetNs, baseNs, rate, mask }: ClockShift): bigint {
  if ((ns & mask) !== mask) return ns;
  const after = ns + ((rate * (ns - baseNs)) >> 32n) + offsetNs;
  return after < 0n ? 0n : after;
}

/**
 * The block that brings a skew into force, or with null puts the clocks right. A wall clock is as far off as the
 * skew says, whatever was before. A monotonic clock keeps what it has gained or lost: its origin means nothing,
 * and it must not go back.
 */
export function nextBlock(
  before: ClockBlock,
  skew: ClockSkew | null,
  now: ClockReading,
): ClockBlock {
  const wall = skew === null ? RIGHT : shiftOf(skew, now.wallNs);
  const wanted = skew?.monotonic ? shiftOf(skew, now.monotonicNs) : RIGHT;
  const slower = before.monotonic.rate - wanted.rate;
  const kept = shifted(now.monotonicNs, before.monotonic) - now.monotonicNs;
  const margin = slower > 0n ? (slower * LATEST_NS) >> 32n : 0n;
  const offsetNs = kept + margin + wanted.offsetNs;
  return { wall, monotonic: { ...wanted, offsetNs, baseNs: now.monotonicNs } };
}

function shiftOf({ offsetMs, driftPpm, strobeMs }: ClockSkew, baseNs: bigint): ClockShift {
  return {
    offsetNs: BigInt(Math.round(offsetMs * NS_PER_MS)),
    baseNs,
    rate: BigInt(Math.round((driftPpm / 1e6) * RATE_ONE)),
    mask: strobeMs === undefined ? 0n : strobeMask(strobeMs),
  };
}

/** One bit of the time in nanoseconds comes and goes by itself: no write is needed for a clock to strobe. */
function strobeMask(strobeMs: number): bigint {
  return 1n << BigInt(Math.max(0, Math.round(Math.log2(strobeMs * NS_PER_MS))));
}

/** As the routines read it: offset, base, rate and mask of the wall clock, then of the monotonic one. */
export function encodeBlock({ wall, monotonic }: ClockBlock): Buffer {
  const words = [wall, monotonic].flatMap(({ offsetNs, baseNs, rate, mask }) => [
    offsetNs,
    baseNs,
    rate,
    mask,
  ]);
  const bytes = Buffer.alloc(words.length * 8);
  words.forEach((word, index) => bytes.writeBigInt64LE(word, index * 8));
  return bytes;
}
