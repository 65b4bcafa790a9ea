import { createRandom } from '../../../harness/environment/random.js';
import type { History, Operation } from '../../../harness/history/operation.js';
import type { AnyModel } from '../../models/model.js';
import { prepare } from '../core/preparation.js';
import { simulateHistory, type AnySimulator, type HistoryShape } from './simulator.js';

/** What small histories are like; one of the rates is chosen for each. */
export interface CaseMix {
  mostOperations: number;
  crashRates: readonly number[];
}

const FEW_CRASHES: CaseMix = { mostOperations: 7, crashRates: [0, 0.1, 0.3] };

/** Several changes without an answer in most histories. */
export const MANY_CRASHES: CaseMix = { mostOperations: 9, crashRates: [0.3, 0.45, 0.6] };

/** A small history as engines get it, different for each `seed`. */
export function smallCase(
  model: AnyModel,
  simulator: AnySimulator,
  seed: number,
  { mostOperations, crashRates }: CaseMix = FEW_CRASHES,
): Operation[] {
  const random = createRandom(seed);
  const shape: HistoryShape = {
    operations: 2 + random.integer(mostOperations - 1),
    processes: 1 + random.integer(4),
    crashRate: random.pick(crashRates),
    lieRate: random.pick([0, 0.1, 0.4]),
  };
  return prepared(model, simulateHistory(simulator, shape, random));
}

/** What is left of operations after preparation: the first part of it. */
export function prepared(model: AnyModel, operations: readonly Operation[]): Operation[] {
  const history: History = { events: [], operations };
  // The first part only, where a model judges parts by themselves.
  return prepare(model, history).partitions[0]?.operations ?? [];
}
