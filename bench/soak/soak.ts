import type { Clock } from '../../harness/environment/environment.js';
import { instantIn } from '../../harness/environment/elapsed.js';
import type { Trial } from './trial.js';

export interface SoakOptions {
  timeMs: number;
  /** Of the first round; each round has the next one. */
  seed: number;
  /** Infinity for as many as time allows. */
  rounds: number;
  log(line: string): void;
}

/** What did not hold, and for which seed. */
export interface Surprise {
  trial: string;
  seed: number;
  error: Error;
}

/** How much was tried, and what stopped it before its time. */
export interface SoakResult {
  tried: number;
  surprise?: Surprise;
}

const LOG_NS = 10e9;

/** Tries all trials in rounds, each round with a seed of its own, until time is over or something surprises. */
export async function soak(
  trials: readonly Trial[],
  { timeMs, seed, rounds, log }: SoakOptions,
  clock: Clock,
): Promise<SoakResult> {
  const deadline = instantIn(clock, timeMs);
  let loggedAt = clock.now();
  let tried = 0;
  for (let round = 0; round < rounds; round++) {
    for (const trial of trials) {
      const now = clock.now();
      if (now >= deadline) return { tried };
      if (now - loggedAt >= LOG_NS) {
        log(`round ${round + 1}, ${tried} trials`);
        loggedAt = now;
      }
      try {
        await trial.run(seed + round);
      } catch (error) {
        return {
          tried,
          surprise: { trial: trial.name, seed: seed + round, error: toError(error) },
        };
      }
      tried++;
      // So that Ctrl-C is heard, and what waits for a turn gets one.
      await clock.sleep(0);
    }
  }
  return { tried };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
