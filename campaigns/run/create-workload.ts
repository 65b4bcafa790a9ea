import type { Target } from '../../harness/contracts/target.js';
import type { Workload, WorkloadPlan } from '../../harness/contracts/workload.js';
import { createRandom } from '../../harness/environment/random.js';
import type { RunSpec } from '../../harness/run/spec.js';

/** The workload as a run of this spec has it, and as it is judged: the same every time. */
export function createWorkload(
  workload: Workload,
  spec: RunSpec,
  { durabilityModes }: Target,
): WorkloadPlan {
  const { workloadOptions, nodes, durability: mode } = spec;
  const { survivesPowerLoss } = durabilityModes[mode];
  const random = createRandom(spec.seed).fork('workload');
  return workload.create(workloadOptions, random, nodes, { mode, survivesPowerLoss });
}
