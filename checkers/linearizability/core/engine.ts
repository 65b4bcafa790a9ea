import type { Operation } from '../../../harness/history/operation.js';
import type { AnyModel } from '../../models/model.js';
import type { Budget, StopReason } from './budget.js';

/** What an engine is asked: can these operations have taken effect one after the other? */
export interface Question {
  model: AnyModel;
  /** By invocation; prepared as in preparation.ts. */
  operations: readonly Operation[];
}

/**
 * What it says. `declined` where an assumption of its algorithm does not hold for these operations: then
 * another engine is asked.
 */
export type Answer =
  /** `linearization` works it out: the indexes of the operations in an order in which they can have happened. */
  | { verdict: 'valid'; linearization?: () => ArrayLike<number> }
  /**
   * `stuckAt`: the position of a return; up to it, without it, the history is valid. `sentence` and
   * `culprits`: the conflict, and the indexes of operations that fail by themselves, where the engine can
   * name them.
   */
  | { verdict: 'invalid'; stuckAt?: number; sentence?: string; culprits?: readonly number[] }
  /** `model`: the model itself failed; `detail` says on what. */
  | { verdict: 'unknown'; reason: StopReason | 'model'; detail?: string }
  | { verdict: 'declined'; why: string };

export interface Engine {
  name: string;
  /** What it is and on which condition its verdicts are right. */
  description: string;
  /** Whether it can judge this model at all, as far as can be said without looking at the history. */
  serves(model: AnyModel): boolean;
  check(question: Question, budget: Budget): Answer;
}
