import type { Clock } from '../../../harness/environment/environment.js';
import type { AnyModel } from '../../models/model.js';
import type { LinearizabilityEvidence } from '../core/evidence.js';
import type { Partition } from '../core/preparation.js';
import type { PartitionResult } from '../workers/decisions.js';
import { Judge } from './judge.js';
import { showOrders } from './obstacles.js';
import { showOperation } from './show.js';

/** A linearization is shown of so many keys with so many operations at most. */
const SHOWN_KEYS = 10;
const SHOWN_OPERATIONS = 200;

type Linearizations = LinearizabilityEvidence['linearizations'];

/** One order of its operations for each of the first small keys: what makes it valid, to be looked at. */
export function showLinearizations(
  model: AnyModel,
  results: readonly PartitionResult[],
  clock: Clock,
  deadline: number,
): Linearizations {
  const judge = new Judge(model, clock, deadline);
  return results
    .filter(({ partition }) => partition.operations.length <= SHOWN_OPERATIONS)
    .slice(0, SHOWN_KEYS)
    .flatMap(({ partition }) => {
      try {
        return showLinearization(judge, partition);
      } catch {
        // A user's model that cannot describe its states takes nothing from the verdict.
        return [];
      }
    });
}

function showLinearization(judge: Judge, { key, operations }: Partition): Linearizations {
  const { model } = judge;
  if (judge.outOfTime) return [];
  // Asked again, because not every engine finds an order, and orders do not come back from threads.
  const answer = judge.ask(operations, 'just-in-time');
  if (answer.verdict !== 'valid' || !answer.linearization) return [];
  const order = Array.from(answer.linearization());
  const [{ steps }] = showOrders(model, operations, [order]);
  return [{ key, operations: operations.map((each) => showOperation(model, each)), steps }];
}
