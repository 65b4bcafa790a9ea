import type { Random } from '../../harness/environment/random.js';
import type { Oscillator } from './process.js';

/** From the start of a process until it reads its log. */
const BOOT_MS = 30;
const BOOT_SPREAD_MS = 120;
/** A sync on a solid-state disk: some tenths of a millisecond, now and then much longer. */
const SYNC_MS = 0.15;
const SYNC_MEAN_EXTRA_MS = 0.25;
const SLOW_SYNC_SHARE = 0.005;
const SLOW_SYNC_MEAN_MS = 15;
/** Oscillators of servers keep to some tens of parts in a million; time services to some milliseconds. */
const MAX_DRIFT_PPM = 40;
const MAX_WALL_OFFSET_MS = 20;

/** How long a process takes to come up. */
export function drawBootMs(random: Random): number {
  return BOOT_MS + BOOT_SPREAD_MS * random.next();
}

/** How long a sync takes on a disk that obeys. */
export function drawSyncMs(random: Random): number {
  const mean = random.next() < SLOW_SYNC_SHARE ? SLOW_SYNC_MEAN_MS : SYNC_MEAN_EXTRA_MS;
  return SYNC_MS + random.exponential(mean);
}

/** What a machine has for a clock. */
export function drawOscillator(random: Random): Oscillator {
  const driftPpm = MAX_DRIFT_PPM * (2 * random.next() - 1);
  const wallOffsetMs = MAX_WALL_OFFSET_MS * (2 * random.next() - 1);
  return { driftPpm, wallOffsetMs };
}
