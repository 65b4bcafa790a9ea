import type { Clock } from './environment.js';

const NANOSECONDS_PER_MS = 1e6;

/** What can be asked for the time. */
type Watch = Pick<Clock, 'now'>;

/** Milliseconds since an instant of the clock, which is in nanoseconds. */
export function elapsedMs(clock: Watch, sinceNs: number): number {
  return (clock.now() - sinceNs) / NANOSECONDS_PER_MS;
}

/** Milliseconds until an instant of the clock, which is in nanoseconds; less than 0 behind it. */
export function remainingMs(clock: Watch, untilNs: number): number {
  return (untilNs - clock.now()) / NANOSECONDS_PER_MS;
}

/** The instant, in nanoseconds of the clock, that comes so many milliseconds from now. */
export function instantIn(clock: Watch, durationMs: number): number {
  return clock.now() + durationMs * NANOSECONDS_PER_MS;
}

/** Counts from now: what it returns gives the milliseconds since then. */
export function startStopwatch(clock: Watch): () => number {
  const startNs = clock.now();
  return () => elapsedMs(clock, startNs);
}
