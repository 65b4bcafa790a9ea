import type { Forgetting } from '../contracts/nemesis.js';
import type { Target } from '../contracts/target.js';
import type { WorkloadPlan } from '../contracts/workload.js';
import type { HistoryEvent } from '../history/event.js';

/**
 * What a reader of a violation must know where the power was cut and the durability mode may lose what it
 * acknowledged: a checker that knows of no such mode takes a loss for a violation. Undefined where it does not apply.
 */
export function promisedLosses(
  events: readonly HistoryEvent[],
  durability: string,
  target: Target,
  { weighsLosses = false }: WorkloadPlan,
  forgets: (fault: string) => Forgetting | undefined,
): string | undefined {
  if (weighsLosses || target.durabilityModes[durability].survivesPowerLoss) return undefined;
  const wasCut = events.some(
    ({ process, f }) => process === 'nemesis' && forgets(f) === 'unsynced',
  );
  if (!wasCut) return undefined;
  return (
    `The power was cut in this run, and the mode ${durability} may lose what it has acknowledged: ` +
    `--workload durability tells such losses from others.`
  );
}
