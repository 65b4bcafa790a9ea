import type { Clock } from '../../harness/environment/environment.js';
import type { UnknownReason } from '../../harness/verdict.js';

/** What a search may still use up. */
export interface BudgetLimits {
  /** On the clock's scale, in nanoseconds. */
  deadline: number;
  memoryBytes: number;
  /** How many steps it may take before it is put back in the queue; Infinity where nothing else waits. */
  steps: number;
  signal?: AbortSignal;
  /** Told now and then how many steps were taken since the last time, and how far the search has come. */
  onProgress?: (steps: number, longestPrefix: number) => void;
}

/** Why a search has to stop: a limit of the user's, or its share of steps is spent. */
export type StopReason = Extract<UnknownReason, 'time' | 'memory' | 'aborted'> | 'steps';

/** Steps between two looks at the clock: some 100 µs of work. */
const STEPS_BETWEEN_LOOKS = 1024;

/**
 * Counts what one search uses. Engines count steps and the bytes of their own tables, so that limits hold
 * inside one long search and do not depend on the garbage collector.
 */
export class Budget {
  stopped: StopReason | undefined;
  steps = 0;
  bytes = 0;
  /** The longest prefix that the search has explained so far, in events; engines keep it up to date. */
  longestPrefix = 0;
  private readonly clock: Clock;
  private readonly limits: BudgetLimits;
  private nextLook = STEPS_BETWEEN_LOOKS;
  private reported = 0;

  constructor(clock: Clock, limits: BudgetLimits) {
    this.clock = clock;
    this.limits = limits;
  }

  /** Takes `count` steps; false when the search has to stop. */
  spend(count = 1): boolean {
    this.steps += count;
    return this.steps < this.nextLook || this.look();
  }

  /** Takes memory for a table; false, and nothing taken, where it does not fit. */
  allocate(bytes: number): boolean {
    if (this.bytes + bytes > this.limits.memoryBytes) {
      this.stopped ??= 'memory';
      return false;
    }
    this.bytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.bytes -= bytes;
  }

  private look(): boolean {
    this.nextLook = this.steps + STEPS_BETWEEN_LOOKS;
    this.limits.onProgress?.(this.steps - this.reported, this.longestPrefix);
    this.reported = this.steps;
    if (this.limits.signal?.aborted) this.stopped ??= 'aborted';
    else if (this.clock.now() >= this.limits.deadline) this.stopped ??= 'time';
    else if (this.steps >= this.limits.steps) this.stopped ??= 'steps';
    return this.stopped === undefined;
  }
}
