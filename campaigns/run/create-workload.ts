import { vocabularyOf, type Vocabulary } from '../../harness/contracts/operations/vocabulary.js';
import { familiesNeeded } from '../../harness/contracts/operations/serving.js';
import type { Checker } from '../../harness/contracts/checker.js';
import type { Target } from '../../harness/contracts/target.js';
import type { Workload, WorkloadPlan } from '../../harness/contracts/workload.js';
import { createRandom } from '../../harness/environment/random.js';
import type { RunSpec } from '../../harness/run/spec.js';

/** What a workload asks its clients for, with the options of a run. */
export function operationsOf(workload: Workload, { workloadOptions }: RunSpec): Vocabulary {
  return vocabularyOf(familiesNeeded(workload, workloadOptions));
}

/** The workload as a run of this spec has it, and as it is judged, by its own checkers and by more: the same every time. */
export function createWorkload(
  workload: Workload,
  spec: RunSpec,
  { durabilityModes }: Target,
  checkers: readonly Checker[],
): WorkloadPlan {
  const { workloadOptions, nodes, durability: mode } = spec;
  const { survivesPowerLoss } = durabilityModes[mode];
  const random = createRandom(spec.seed).fork('workload');
  const plan = workload.create(workloadOptions, random, nodes, { mode, survivesPowerLoss });
  return checkers.length === 0 ? plan : { ...plan, checkers: [...plan.checkers, ...checkers] };
}
