import type { CheckContext } from '../../../harness/contracts/checker.js';
import type { AnyModel } from '../../models/model.js';
import { Budget } from '../core/budget.js';
import { createHeapMeter } from '../core/heap.js';
import { ProgressMeter } from '../core/progress-meter.js';
import type { Partition } from '../core/preparation.js';
import type { EngineName } from '../engines/decide.js';
import { Decisions } from './decisions.js';

export interface ScheduleOptions {
  model: AnyModel;
  engine?: EngineName;
  /** Judge every partition, also after one was found invalid. */
  all: boolean;
  /** On the clock's scale. */
  deadline: number;
}

/** The share of the first round on threads, and how much each further one grows. */
export const HARD_NS = 1e9;
export const GROWTH = 8;

/** What all rounds of one check share. */
export class Rounds {
  readonly decisions: Decisions;
  readonly meter: ProgressMeter;
  private readonly heap = createHeapMeter();

  constructor(
    partitions: readonly Partition[],
    readonly options: ScheduleOptions,
    readonly context: CheckContext,
  ) {
    this.meter = new ProgressMeter(context, partitions);
    this.decisions = new Decisions(this.meter, options.all);
  }

  /** So many steps and so much time from now on, within the limits of the check. */
  budget(
    steps: number,
    shareNs: number,
    onProgress?: (steps: number, prefix: number) => void,
  ): Budget {
    const { clock, limits, signal } = this.context;
    return new Budget(clock, {
      deadline: this.options.deadline,
      yieldAt: clock.now() + shareNs,
      memoryBytes: limits.memoryBytes,
      heap: this.heap,
      steps,
      signal,
      onProgress,
    });
  }
}
