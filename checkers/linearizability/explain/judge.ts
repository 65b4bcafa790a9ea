import type { Clock } from '../../../harness/environment/environment.js';
import type { Operation } from '../../../harness/history/operation.js';
import type { AnyModel } from '../../models/model.js';
import { Budget } from '../core/budget.js';
import { decide, type EngineName } from '../engines/decide.js';
import { createHeapMeter } from '../core/heap.js';
import type { Answer } from '../core/engine.js';

/** What one question of an explanation may cost, so that many can be asked. */
const STEPS_PER_QUESTION = 2_000_000;
const BYTES_PER_QUESTION = 512e6;

/** Asks again about parts of a history, within what time is left for explaining. */
export class Judge {
  readonly model: AnyModel;
  private readonly clock: Clock;
  private readonly deadline: number;
  private readonly heap = createHeapMeter();

  constructor(model: AnyModel, clock: Clock, deadline: number) {
    this.model = model;
    this.clock = clock;
    this.deadline = deadline;
  }

  get outOfTime(): boolean {
    return this.clock.now() >= this.deadline;
  }

  budget(): Budget {
    return new Budget(this.clock, {
      deadline: this.deadline,
      memoryBytes: BYTES_PER_QUESTION,
      steps: STEPS_PER_QUESTION,
      heap: this.heap,
    });
  }

  ask(
    operations: readonly Operation[],
    engine?: EngineName,
  ): Exclude<Answer, { verdict: 'declined' }> {
    return decide({ model: this.model, operations }, this.budget(), engine).answer;
  }

  /** True only when it is certain; without time nothing is. */
  isInvalid(operations: readonly Operation[], engine?: EngineName): boolean {
    return !this.outOfTime && this.ask(operations, engine).verdict === 'invalid';
  }
}
