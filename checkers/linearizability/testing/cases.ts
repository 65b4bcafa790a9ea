import { createRandom } from '../../../harness/environment/random.js';
import type { History, Operation } from '../../../harness/history/operation.js';
import type { AnyModel } from '../../models/model.js';
import { prepare } from '../preparation.js';
import { simulateHistory, type AnySimulator, type HistoryShape } from './simulator.js';

/** A small history as engines get it, different for each `seed`: up to 7 operations, some crashed. */
export function smallCase(model: AnyModel, simulator: AnySimulator, seed: number): Operation[] {
  const random = createRandom(seed);
  const shape: HistoryShape = {
    operations: 2 + random.integer(6),
    processes: 1 + random.integer(4),
    crashRate: random.pick([0, 0.1, 0.3]),
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
