import { ClientError } from '../contracts/client.js';
import type { Clock } from '../environment/environment.js';
import { TIMEOUT } from '../history/event.js';
import { startStopwatch } from '../environment/elapsed.js';

/** How long an operation may take, and what is left of it. */
export interface Budget {
  /** The whole of it, which is what a person set. */
  readonly timeoutMs: number;
  /** At least 1, so that it can be given to things that take 0 for "no limit". */
  remainingMs(): number;
}

/**
 * The share of its time that an operation may spend on connecting. Short of the whole, so that an operation
 * that never had a connection ends as "not sent", not as a timeout.
 */
export const CONNECT_SHARE = 0.8;

/** What of a budget may go into connecting. */
export function forConnecting(budget: Budget, share = CONNECT_SHARE): Budget {
  return {
    timeoutMs: Math.round(budget.timeoutMs * share),
    remainingMs: () => budget.remainingMs() * share,
  };
}

/** A budget that runs from now. */
export function startBudget(clock: Clock, timeoutMs: number): Budget {
  const elapsedMs = startStopwatch(clock);
  return {
    timeoutMs,
    remainingMs: () => Math.max(1, timeoutMs - Math.floor(elapsedMs())),
  };
}

/**
 * The result of `work`, or a `ClientError` with this code (by default `timeout`) once the budget is used up. It tells
 * the whole time: little may have been left for the last of several steps.
 */
export function within<T>(
  clock: Clock,
  budget: Budget,
  work: Promise<T>,
  code: string = TIMEOUT,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => {
      reject(new ClientError(code, `no answer within ${budget.timeoutMs} ms`));
    };
    const timer = clock.setTimer(late, budget.remainingMs());
    const settle =
      <V>(done: (value: V) => void) =>
      (value: V): void => {
        clock.clearTimer(timer);
        done(value);
      };
    work.then(settle(resolve), settle(reject));
  });
}
