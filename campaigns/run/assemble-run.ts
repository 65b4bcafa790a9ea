import { arch, platform } from 'node:os';

import { auditHistory } from '../../checkers/errors/audited-history.js';
import { type Capability, nodeNames } from '../../harness/contracts/cluster.js';
import type { Target, TargetChoice } from '../../harness/contracts/target.js';
import type { Runtime } from '../../harness/contracts/runtime.js';
import type { Clock } from '../../harness/environment/environment.js';
import { createRandom } from '../../harness/environment/random.js';
import { createVirtualClock } from '../../harness/environment/virtual.js';
import { completeSettings, type RunParts } from '../../harness/run/parts.js';
import type { RunRecord, RunSpec, ScheduledFault } from '../../harness/run/spec.js';
import { RUN_FORMAT } from '../../harness/store/format.js';
import { createRunFolder, type RunFolder, type RunStore } from '../../harness/store/run-folder.js';
import { createFaultDriver } from '../../nemeses/planning/driver.js';
import { type PlannedEvent, planFaults } from '../../nemeses/planning/planner.js';
import type { FaultSelection } from '../../nemeses/planning/selection.js';
import { enumerate } from '../../harness/text/sentences.js';
import { isConfiguration } from '../definitions/load-registries.js';
import { definitionsUsed } from '../definitions/recorded.js';
import type { Registries } from '../definitions/registries.js';
import { readStoredFault } from './stored-fault.js';
import { createWorkload, operationsOf } from './create-workload.js';
import { resolveAgain, type ResolvedSpec } from './resolve-spec.js';
import { lookUp, UsageError } from '../definitions/usage-error.js';
import { schismVersion } from '../definitions/version.js';
import { replayCommand } from '../options/replay-command.js';

/** Where every simulated run begins: an instant that does not depend on when it is simulated. */
const SIMULATED_START_MS = Date.UTC(2026, 0, 1);

/** What a run is made of, except for what watches and stops it. */
export type AssembledParts = Omit<RunParts, 'observer' | 'stop' | 'abandonCheck'>;

/** A run with its folder. */
export interface AssembledRun {
  record: RunRecord;
  folder: RunFolder;
  parts: AssembledParts;
}

/** Makes the run's folder with its `run.json`, and puts its parts together. */
export async function assembleRun(
  resolved: ResolvedSpec,
  registries: Registries,
  runsDirectory: string,
  clock: Clock,
): Promise<AssembledRun> {
  const { spec } = resolved;
  const ground = await layGround(resolved, registries, clock, true);
  const plan = planOf(resolved, registries.nemeses);
  const startedMs = clock.wallMs();
  const folder = createRunFolder(runsDirectory, { ...spec, wallMs: startedMs });
  const definitions = definitionsUsed(spec, registries);
  const record: RunRecord = {
    format: RUN_FORMAT,
    id: `${spec.target}-${spec.workload}-${startedMs}-${spec.seed}`,
    spec,
    startedAt: new Date(startedMs).toISOString(),
    schismVersion: schismVersion(),
    nodeVersion: process.version,
    platform: `${platform()} ${arch()}`,
    replayCommand:
      isScenario(spec) || !definitions.every(({ module }) => module && isConfiguration(module))
        ? `npx schism replay ${folder.path}`
        : replayCommand(spec),
    ...(definitions.length > 0 && { definitions }),
    cluster: {},
  };
  folder.writeJson('record', record);
  const onFacts: RunParts['onFacts'] = (cluster) =>
    folder.writeJson('record', { ...record, cluster });
  return {
    record,
    folder,
    parts: { ...putTogether(resolved, ground, record.id, folder, plan), onFacts },
  };
}

/** Whether a run is what no options of the command line can say. */
function isScenario({ plan, operations, checkers }: RunSpec): boolean {
  return plan !== undefined || operations !== undefined || checkers !== undefined;
}

/** The parts of a simulated run that leaves nothing but what it returns. */
export async function assembleUnrecorded(
  resolved: ResolvedSpec,
  registries: Registries,
  clock: Clock,
  store: RunStore,
): Promise<AssembledParts> {
  const ground = await layGround(resolved, registries, clock, false);
  const id = `${resolved.spec.target}-${resolved.spec.workload}-${resolved.spec.seed}`;
  const parts = putTogether(resolved, ground, id, store, planOf(resolved, registries.nemeses));
  return { ...parts, onFacts: () => undefined };
}

/** A runtime that can do what is asked of it, and the time that its run goes by. */
type Ground = Pick<RunParts, 'runtime' | 'pace' | 'checkClock'> & { clock: Clock };

async function layGround(
  { spec, target, faults, containers }: ResolvedSpec,
  registries: Registries,
  realClock: Clock,
  keepsFiles: boolean,
): Promise<Ground> {
  const entry = registries.runtimes[spec.runtime];
  const ground: Ground =
    'simulate' in entry
      ? inVirtualTime((clock) => entry.simulate(clock, keepsFiles), realClock)
      : {
          runtime: await entry.create(realClock, containers),
          clock: realClock,
          checkClock: realClock,
        };
  const refusal = ground.runtime.refuses(target);
  if (refusal !== undefined) throw new UsageError(refusal);
  await prepare(ground.runtime, target);
  checkFaults(
    ground.runtime,
    target,
    { ...spec, settings: completeSettings(target, spec.settings) },
    faults,
  );
  return ground;
}

async function prepare(runtime: Runtime, target: Target): Promise<void> {
  try {
    await runtime.prepare?.(target);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function inVirtualTime(
  create: (clock: ReturnType<typeof createVirtualClock>) => Runtime,
  checkClock: Clock,
): Ground {
  const clock = createVirtualClock(SIMULATED_START_MS);
  return { runtime: create(clock), clock, checkClock, pace: (work) => clock.runUntilSettled(work) };
}

function putTogether(
  resolved: ResolvedSpec,
  { clock, ...ground }: Ground,
  runId: string,
  folder: RunStore,
  plan: readonly PlannedEvent[],
): Omit<AssembledParts, 'onFacts'> {
  const { spec, target, workload } = resolved;
  const random = createRandom(spec.seed);
  return {
    ...ground,
    runId,
    spec,
    target,
    needs: new Set(resolved.faults.flatMap(({ nemesis }) => nemesis.needs)),
    workload: createWorkload(workload, spec, target, resolved.checkers),
    operations: operationsOf(workload, spec),
    forgets: (fault) => plan.find(({ nemesis }) => nemesis.name === fault)?.nemesis.forgets,
    createFaults: (context, listener) => {
      const { clockMaxMs, clockRateMax, version: from, upgradeTo: to } = spec;
      const versions = to === undefined ? undefined : { from, to };
      const chosen = { ...context, clockMaxMs, clockRateMax, versions };
      return createFaultDriver({ plan, context: chosen, ...listener });
    },
    folder,
    audit: auditHistory,
    environment: { clock, random },
  };
}

/** The faults of a run: those that it names one by one, or else those that its seed plans. */
function planOf(
  { spec, faults }: Pick<ResolvedSpec, 'spec' | 'faults'>,
  nemeses: Registries['nemeses'],
): PlannedEvent[] {
  if (spec.plan === undefined) {
    return planFaults({
      selections: faults,
      nodes: nodeNames(spec.nodes),
      totalMs: spec.timeMs,
      intervalMs: spec.faultIntervalMs,
      overlap: spec.overlap,
      random: createRandom(spec.seed).fork('faults'),
    });
  }
  return spec.plan.map(({ lane, startMs, endMs, ...planned }, index) => {
    const nemesis = lookUp('fault', planned.fault, nemeses, 'faults');
    const fault = readStoredFault(nemesis, planned, `fault ${index + 1} of the plan`);
    return { id: index + 1, lane, startMs, endMs, nemesis, planned: fault };
  });
}

/** The faults of a run as data. */
export function scheduledPlan(spec: RunSpec, registries: Registries): ScheduledFault[] {
  return planOf(resolveAgain(spec, registries), registries.nemeses).map(
    ({ lane, startMs, endMs, planned }) => ({ ...planned, lane, startMs, endMs }),
  );
}

/** What the run's runtime can do here. Throws a `UsageError` where it cannot run this target. */
export async function capabilitiesOf(
  resolved: ResolvedSpec,
  registries: Registries,
  clock: Clock,
): Promise<ReadonlySet<Capability>> {
  return (await layGround({ ...resolved, faults: [] }, registries, clock, false)).runtime
    .capabilities;
}

/** Throws a `UsageError` where a run asks for what its runtime cannot do. */
export async function refuseImpossible(
  resolved: ResolvedSpec,
  registries: Registries,
  clock: Clock,
): Promise<void> {
  await layGround(resolved, registries, clock, false);
}

/** Throws a `UsageError` where the runtime or the target cannot do what a fault asks, before anything starts. */
function checkFaults(
  { name, capabilities }: Runtime,
  target: Target,
  choice: TargetChoice,
  faults: readonly FaultSelection[],
): void {
  const impossible = faults.flatMap(({ nemesis }) => {
    const refusal = nemesis.refuses?.(target, choice);
    if (refusal !== undefined) {
      throw new UsageError(`the fault ${nemesis.name} can do nothing here: ${refusal}`);
    }
    const missing = nemesis.needs.filter((need) => !capabilities.has(need));
    if (missing.length === 0) return [];
    const isItself = missing.length === 1 && missing[0] === nemesis.name;
    return [isItself ? nemesis.name : `${nemesis.name} (it needs ${missing.join(' and ')})`];
  });
  if (impossible.length === 0) return;
  const [kind, they] = impossible.length === 1 ? ['fault', 'it'] : ['faults', 'them'];
  const why =
    name === 'docker'
      ? '“npx schism doctor” says what it lacks'
      : `nodes in containers may have ${they}: --runtime docker`;
  throw new UsageError(
    `the runtime ${name} cannot do the ${kind} ${enumerate(impossible)} here; ${why}`,
  );
}
