import type { Clock } from '../../../harness/environment/environment.js';
import type { UnknownReason } from '../../../harness/verdict.js';
import type { HeapMeter } from './heap.js';

/** What a search may still use up. */
export interface BudgetLimits {
  /** On the clock's scale, in nanoseconds. */
  deadline: number;
  /** For tables, and where there is a `heap` for what lies there too. */
  memoryBytes: number;
  /** How many steps it may take before it is put back in the queue; Infinity where nothing else waits. */
  steps: number;
  /** The same by the clock: from then on others wait. Work is done to its end, or it would be done again. */
  yieldAt?: number;
  signal?: AbortSignal;
  heap?: HeapMeter;
  /** Told now and then how many steps were taken since the last time, and how far the search has come. */
  onProgress?: (steps: number, longestPrefix: number) => void;
}

/** Why a search has to stop: a limit of the user's, or its share of steps is spent. */
export type StopReason = Extract<UnknownReason, 'time' | 'memory' | 'aborted'> | 'steps';

/** Thrown by `Budget.work` where there is nothing left to work with; `decide` makes it an `unknown`. */
export class OutOfBudget extends Error {
  override readonly name = 'OutOfBudget';
}

/** The clock is looked at about this often, however long a step takes. */
const LOOK_NS = 500_000;
const PROGRESS_NS = 50e6;
const HEAP_NS = 10e6;
const MOST_BETWEEN_LOOKS = 1 << 16;
/** With more than this share in use after garbage was collected there is no room to go on. */
const FULL = 0.9;

/**
 * Counts what one search uses. Engines count steps, work and the bytes of their own tables, so that limits
 * hold inside one long search and do not depend on the garbage collector.
 */
export class Budget {
  stopped: StopReason | undefined;
  /** Configurations that were tried. */
  steps = 0;
  /** Of tables. */
  bytes = 0;
  /** How many operations the longest order holds that was found so far; engines keep it up to date. */
  longestPrefix = 0;
  private readonly clock: Clock;
  private readonly limits: BudgetLimits;
  private heapBytes = 0;
  private effort = 0;
  private nextLook = 64;
  private stride = 64;
  private lookedAt: number;
  private heapAt: number;
  private progressAt: number;
  private reported = 0;

  constructor(clock: Clock, limits: BudgetLimits) {
    this.clock = clock;
    this.limits = limits;
    this.lookedAt = this.heapAt = this.progressAt = clock.now();
  }

  /** Takes a step; false when the search has to stop. */
  spend(): boolean {
    if (++this.steps >= this.limits.steps) this.stop('steps');
    return ++this.effort < this.nextLook || this.look(this.limits.yieldAt);
  }

  /**
   * Takes time for work that is no step of a search, a unit for each thing that is looked at. Throws
   * `OutOfBudget` when it has to stop.
   */
  work(units = 1): void {
    this.effort += units;
    if (this.effort >= this.nextLook && !this.look(Infinity)) throw new OutOfBudget(this.stopped);
  }

  /** Takes memory for a table; false, and nothing taken, where it does not fit. */
  allocate(bytes: number): boolean {
    const { memoryBytes } = this.limits;
    if (this.bytes + bytes + this.heapBytes > memoryBytes && !this.makeRoom(bytes)) {
      this.stop('memory');
      return false;
    }
    this.bytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.bytes -= bytes;
  }

  /** The first reason counts. */
  stop(reason: StopReason): void {
    this.stopped ??= reason;
    this.nextLook = 0;
  }

  private look(yieldAt = Infinity): boolean {
    const now = this.clock.now();
    const { signal, deadline } = this.limits;
    if (signal?.aborted) this.stopped ??= 'aborted';
    else if (now >= deadline) this.stopped ??= 'time';
    else if (now >= yieldAt) this.stopped ??= 'steps';
    else if (now - this.heapAt >= HEAP_NS) this.watchHeap(now);
    if (now - this.progressAt >= PROGRESS_NS) this.report(now);
    const share = LOOK_NS / Math.max(now - this.lookedAt, LOOK_NS / 2);
    this.stride = Math.min(MOST_BETWEEN_LOOKS, Math.max(1, Math.floor(this.stride * share)));
    this.lookedAt = now;
    this.nextLook = this.stopped === undefined ? this.effort + this.stride : 0;
    return this.stopped === undefined;
  }

  private report(now: number): void {
    this.progressAt = now;
    this.limits.onProgress?.(this.steps - this.reported, this.longestPrefix);
    this.reported = this.steps;
  }

  /** What lies on the heap includes garbage, so that is collected before anything is said. */
  private watchHeap(now: number): void {
    const { heap, memoryBytes } = this.limits;
    this.heapAt = now;
    if (!heap) return;
    this.heapBytes = heap.bytes();
    if (this.bytes + this.heapBytes > memoryBytes && !this.makeRoom(0)) this.stopped ??= 'memory';
  }

  private makeRoom(bytes: number): boolean {
    const { heap, memoryBytes } = this.limits;
    if (!heap || this.bytes + bytes > memoryBytes) return false;
    heap.collectGarbage();
    this.heapBytes = heap.bytes();
    return this.bytes + bytes + this.heapBytes <= FULL * memoryBytes;
  }
}
