import type { Random } from './random.js';

/** A timer that has been set; give it back to `clearTimer`. */
export type Timer = object;

/**
 * Where time comes from. The real one is in `real.ts`, the virtual one in the simulation.
 * All nanosecond figures are monotonic and count from the clock's creation.
 */
export interface Clock {
  /** Nanoseconds since this clock was made; never goes back. A Number is exact for 104 days. */
  now(): number;
  /** Milliseconds since the Unix epoch, for names and logs only: never for order or duration. */
  wallMs(): number;
  /** Calls `action` once, after at least `delayMs`. */
  setTimer(action: () => void, delayMs: number): Timer;
  clearTimer(timer: Timer): void;
  /** Resolves after at least `delayMs`; early, without an error, when `signal` is aborted. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** Everything that a run takes from outside: time and randomness. */
export interface Environment {
  clock: Clock;
  random: Random;
}
