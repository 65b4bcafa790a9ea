import type { Clock, Timer } from '../environment/environment.js';
import type { Worker } from './worker.js';

/** Watches over operations that never end by themselves. */
export interface Deadlines {
  /** To be told of every operation that begins; deadlines never run backwards. */
  watch(deadline: number): void;
  stop(): void;
}

/**
 * Calls `onExpired` for each worker whose open operation is past its deadline. One timer serves all: it
 * stands at the deadline of the oldest operation that was open when it was set, and most of the time
 * finds that one long ended, so that a load pays for a look around once per timeout and not per operation.
 */
export function createDeadlines(
  clock: Clock,
  workers: readonly Worker[],
  onExpired: (worker: Worker) => void,
): Deadlines {
  let timer: Timer | undefined;
  const watch = (deadline: number): void => {
    if (deadline === Infinity) return;
    timer ??= clock.setTimer(sweep, Math.max(0, deadline - clock.now()) / 1e6);
  };
  const sweep = (): void => {
    timer = undefined;
    const now = clock.now();
    for (const worker of workers) if ((worker.open?.deadline ?? Infinity) <= now) onExpired(worker);
    watch(
      workers.reduce((least, { open }) => Math.min(least, open?.deadline ?? Infinity), Infinity),
    );
  };
  return {
    watch,
    stop: () => {
      if (timer) clock.clearTimer(timer);
      timer = undefined;
    },
  };
}
