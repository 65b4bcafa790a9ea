import type { Clock, Timer } from '../environment/environment.js';
import { remainingMs } from '../environment/elapsed.js';
import type { Worker } from './worker.js';

/**
 * Calls `onExpired` for each worker whose open operation is past its deadline. One timer serves all: it
 * stands at the deadline of the oldest operation that was open when it was set, and most of the time
 * finds that one long ended, so that a load pays for a look around once per timeout and not per operation.
 */
export class Deadlines {
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly workers: readonly Worker[],
    private readonly onExpired: (worker: Worker) => void,
  ) {}

  /** To be told of every operation that begins; deadlines never run backwards. */
  watch(deadline: number): void {
    if (deadline === Infinity) return;
    const { clock } = this;
    this.timer ??= clock.setTimer(() => this.sweep(), Math.max(0, remainingMs(clock, deadline)));
  }

  stop(): void {
    if (this.timer) this.clock.clearTimer(this.timer);
    this.timer = undefined;
  }

  private sweep(): void {
    this.timer = undefined;
    const now = this.clock.now();
    for (const worker of this.workers) if (deadlineOf(worker) <= now) this.onExpired(worker);
    this.watch(Math.min(...this.workers.map(deadlineOf)));
  }
}

function deadlineOf({ open }: Worker): number {
  return open?.deadline ?? Infinity;
}
