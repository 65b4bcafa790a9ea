import { describe, test } from 'vitest';

import type { Simulator } from '../linearizability/testing/simulator.js';
import type { Model } from '../models/model.js';
import { CHECKER_LAWS, type CheckerSubject } from './checker-laws.js';
import { MODEL_LAWS, type ModelSubject } from './model-laws.js';

/** Holds a model against the laws of models, and against a system without faults that answers as it should. */
export function describeModel<State, SimulatorState>(
  model: Model<State>,
  simulator: Simulator<SimulatorState>,
  cases?: number,
): void {
  describe(`the model ${model.name}`, () => {
    const subject: ModelSubject = { model, simulator, cases } as ModelSubject;
    for (const { title, hold } of MODEL_LAWS) test(title, () => hold(subject));
  });
}

/** Holds a checker against the laws of checkers, on histories whose verdict is known. */
export function describeChecker(name: string, subject: CheckerSubject): void {
  describe(`the checker ${name}`, () => {
    for (const { title, hold } of CHECKER_LAWS) test(title, () => hold(subject));
  });
}
