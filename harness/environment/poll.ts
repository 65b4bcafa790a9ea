import { startStopwatch } from './elapsed.js';
import type { Clock } from './environment.js';

export interface PollOptions {
  /** From the end of one look to the next. */
  everyMs: number;
  /** No look begins later. By default it looks for as long as it takes. */
  limitMs?: number;
  /** Aborted, it stops waiting, looks once more and gives up. */
  signal?: AbortSignal;
}

/** One look: what was found, or undefined. It is told how many milliseconds have passed since the first. */
export type Look<T> = (elapsedMs: () => number) => T | undefined | Promise<T | undefined>;

/** Looks again and again, at once for the first time, until something is found; undefined where nothing was. */
export function poll<T>(
  clock: Clock,
  options: PollOptions & { limitMs?: undefined; signal?: undefined },
  look: Look<T>,
): Promise<T>;
export function poll<T>(clock: Clock, options: PollOptions, look: Look<T>): Promise<T | undefined>;
export async function poll<T>(
  clock: Clock,
  { everyMs, limitMs = Infinity, signal }: PollOptions,
  look: Look<T>,
): Promise<T | undefined> {
  const elapsedMs = startStopwatch(clock);
  while (elapsedMs() < limitMs) {
    const found = await look(elapsedMs);
    if (found !== undefined) return found;
    if (signal?.aborted) return undefined;
    await clock.sleep(everyMs, signal);
  }
  return undefined;
}
