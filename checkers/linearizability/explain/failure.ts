import type { Clock } from '../../../harness/environment/environment.js';
import type { AnyModel } from '../../models/model.js';
import type { Decision } from '../decide.js';
import type { KeyFailure } from '../evidence.js';
import type { Partition } from '../preparation.js';
import { showOperation } from './show.js';

/** The evidence against one partition that an engine found invalid. */
export function explainFailure(
  model: AnyModel,
  partition: Partition,
  decision: Decision,
  _clock: Clock,
  _deadline: number,
): KeyFailure {
  return {
    key: partition.key,
    engine: decision.engine,
    operationCount: partition.operations.length,
    operations: partition.operations.slice(0, 50).map((each) => showOperation(model, each)),
    confirmedBy: null,
    partialLinearizations: [],
    unplaceable: [],
    obstacles: [],
    longestPrefix: null,
    sentences: ['no order of the operations explains what they answered.'],
  };
}
