import { arch, platform } from 'node:os';

import { auditHistory } from '../checkers/audited-history.js';
import type { Clock } from '../harness/environment/environment.js';
import { createRandom } from '../harness/environment/random.js';
import type { RunParts } from '../harness/run/parts.js';
import { replayCommand, type RunRecord } from '../harness/run/spec.js';
import { createRunFolder, type RunFolder } from '../harness/store/run-folder.js';
import { createFaultDriver } from '../nemeses/driver.js';
import { nodeNames } from '../harness/contracts/cluster.js';
import type { Runtime } from '../harness/contracts/runtime.js';
import { planFaults } from '../nemeses/planner.js';
import type { FaultSelection } from '../nemeses/selection.js';
import type { Registries } from './registries.js';
import type { ResolvedSpec } from './resolve-spec.js';
import { UsageError } from './usage-error.js';
import { schismVersion } from './version.js';

/** What a run is made of, except for what watches and stops it. */
export interface AssembledRun {
  record: RunRecord;
  folder: RunFolder;
  parts: Omit<RunParts, 'observer' | 'stop' | 'abandonCheck'>;
}

/** Makes the run's folder with its `run.json`, and puts its parts together. */
export async function assembleRun(
  { spec, target, workload, faults, containers }: ResolvedSpec,
  names: Registries,
  runsDirectory: string,
  clock: Clock,
): Promise<AssembledRun> {
  const runtime = await names.runtimes[spec.runtime].create(clock, containers);
  const refusal = runtime.refuses(target);
  if (refusal !== undefined) throw new UsageError(refusal);
  checkCapabilities(runtime, faults);
  const random = createRandom(spec.seed);
  const plan = planFaults({
    selections: faults,
    nodes: nodeNames(spec.nodes),
    totalMs: spec.timeMs,
    intervalMs: spec.faultIntervalMs,
    random: random.fork('faults'),
  });
  const workloadPlan = workload.create(
    spec.workloadOptions,
    random.fork('workload'),
    spec.concurrency,
  );
  const folder = createRunFolder(runsDirectory, {
    target: spec.target,
    workload: spec.workload,
    seed: spec.seed,
    wallMs: clock.wallMs(),
  });
  const record: RunRecord = {
    id: `${spec.target}-${spec.workload}-${clock.wallMs()}-${spec.seed}`,
    spec,
    startedAt: new Date(clock.wallMs()).toISOString(),
    schismVersion: schismVersion(),
    nodeVersion: process.version,
    platform: `${platform()} ${arch()}`,
    replayCommand: replayCommand(spec),
    cluster: {},
  };
  folder.writeJson('record', record);
  return {
    record,
    folder,
    parts: {
      runId: record.id,
      spec,
      target,
      runtime,
      workload: workloadPlan,
      createFaults: (context, listener) => createFaultDriver({ plan, context, ...listener }),
      folder,
      audit: auditHistory,
      onFacts: (cluster) => folder.writeJson('record', { ...record, cluster }),
      environment: { clock, random },
    },
  };
}

/** Throws a `UsageError` where a fault asks for something that the runtime cannot do, before anything starts. */
function checkCapabilities(
  { name, capabilities }: Runtime,
  faults: readonly FaultSelection[],
): void {
  for (const { nemesis } of faults) {
    const missing = nemesis.needs.filter((need) => !capabilities.has(need));
    if (missing.length > 0) {
      throw new UsageError(
        `the fault ${nemesis.name} needs ${missing.join(', ')}, which the runtime ${name} cannot do here`,
      );
    }
  }
}
