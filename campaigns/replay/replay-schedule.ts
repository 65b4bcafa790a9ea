import { nodeNames } from '../../harness/contracts/cluster.js';
import type { Nemesis } from '../../harness/contracts/nemesis.js';
import type { Clock } from '../../harness/environment/environment.js';
import { readHistory } from '../../harness/history/read.js';
import { completeSettings } from '../../harness/run/parts.js';
import type { Phase } from '../../harness/run/result.js';
import type { RunRecord, RunSpec } from '../../harness/run/spec.js';
import type { RunFolder } from '../../harness/store/run-folder.js';
import { capabilitiesOf } from '../run/assemble-run.js';
import { testCommandOptions } from '../../cli/options/test-options.js';
import { storedResult } from '../check/judge-again.js';
import type { Registries } from '../definitions/registries.js';
import { type ResolvedSpec, resolveSpec } from '../run/resolve-spec.js';
import { type ReportedRun, runOnce } from '../run/run-once.js';
import { UsageError } from '../definitions/usage-error.js';
import { differencesFromPlan, planFromSchedule, type ReplayPlan } from './plan.js';

/** What a user wants to be different from the recorded run. */
export interface ReplayChanges {
  /** A target, or target@version. */
  target?: string;
  runtime?: string;
  durability?: string;
  /** Over the recorded settings; where the target is another one, these alone. */
  set: Readonly<Record<string, string>>;
}

/** A recorded schedule that was carried out again, and what of it was not, a sentence each. */
export interface ReplayedSchedule extends ReplayPlan {
  run: ReportedRun;
  differences: readonly string[];
}

/**
 * Carries the schedule of a run out again, in a new run: the same faults on the same nodes at the same times, beside
 * the same plan of operations. What clients do in between is up to the system and the machine, as in any real run.
 */
export async function replaySchedule(
  original: RunFolder,
  changes: ReplayChanges,
  names: Registries,
  runsDir: string,
  clock: Clock,
): Promise<ReplayedSchedule> {
  const { spec } = original.readJson('record') as RunRecord;
  const schedule = original.readSchedule();
  const plain = changed(spec, changes, [], names);
  const replay = planFromSchedule(schedule, {
    nemeses: names.nemeses,
    capabilities: await capabilitiesOf(plain, names, clock),
    refusal: (nemesis) => refusalOf(nemesis, spec, plain),
    runtime: plain.spec.runtime,
    nodes: nodeNames(spec.nodes),
    loadStart: await loadStartOf(original),
    loadMs: spec.timeMs,
  });
  refuseNothing(replay);
  const faults = [...new Set(replay.plan.map(({ fault, variant }) => `${fault}:${variant}`))];
  const resolved = changed(spec, changes, faults, names);
  const withPlan = { ...resolved, spec: { ...resolved.spec, plan: replay.plan } };
  const run = await runOnce(withPlan, names, { runsDir });
  const loadStart = phaseStart(run.result.phases) ?? 0;
  const differences = differencesFromPlan(replay.plan, run.folder.readSchedule(), loadStart);
  return { ...replay, run, differences };
}

/** A pass of a run without any of the faults that it was to repeat would look like a proof. */
function refuseNothing({ plan, leftOut }: ReplayPlan): void {
  if (plan.length > 0 || leftOut.length === 0) return;
  throw new UsageError(
    `none of the recorded faults can be carried out there:\n${leftOut.map((line) => `  ${line}`).join('\n')}`,
  );
}

/** Why a fault that was recorded can do nothing to what the schedule is carried out on now. */
function refusalOf(
  nemesis: Nemesis,
  recorded: RunSpec,
  { target, spec }: ResolvedSpec,
): string | undefined {
  const { version, durability } = spec;
  const settings = completeSettings(target, spec.settings);
  const refusal = nemesis.refuses?.(target, { version, durability, settings });
  if (refusal !== undefined || !nemesis.needs.includes('upgrade')) return refusal;
  const to = recorded.upgradeTo;
  if (to === undefined || target.name !== recorded.target) {
    return `it was an upgrade of ${recorded.target} to ${to}, and this is ${target.name}`;
  }
  if (to === version) return `${target.name} runs ${to} already`;
  return target.refuses?.({ version: to, durability, settings });
}

/** The recorded spec with the changes, every name looked up as if it had been typed. */
function changed(
  spec: RunSpec,
  { target, runtime, durability, set }: ReplayChanges,
  faults: readonly string[],
  names: Registries,
): ResolvedSpec {
  const typed = target ?? `${spec.target}@${spec.version}`;
  const isSame = typed.split('@', 1)[0] === spec.target;
  return resolveSpec(
    typed,
    {
      ...testCommandOptions().opts(),
      // Another target may run elsewhere, and has modes, settings and mistakes of its own.
      runtime: runtime ?? (isSame ? spec.runtime : undefined),
      durability: durability ?? (isSame ? spec.durability : undefined),
      set: isSame ? { ...spec.settings, ...set } : set,
      bug: isSame ? [...spec.bugs] : [],
      image: isSame ? spec.image : undefined,
      upgradeTo:
        isSame && faults.some((name) => name.startsWith('upgrade')) ? spec.upgradeTo : undefined,
      nodeMemory: spec.nodeMemoryMiB === undefined ? undefined : spec.nodeMemoryMiB * 2 ** 20,
      nodeCpus: spec.nodeCpus,
      nodes: spec.nodes,
      concurrency: spec.concurrency,
      rate: spec.rate,
      time: spec.timeMs,
      workload: spec.workload,
      workloadOption: spec.workloadOptions,
      faults: [...faults],
      faultInterval: spec.faultIntervalMs,
      operationTimeout: spec.operationTimeoutMs,
      checkTimeout: spec.checkTimeMs,
      memory: spec.checkMemoryBytes,
      seed: spec.seed,
    },
    names,
    () => spec.seed,
  );
}

/** Where the controller was killed before it wrote its phases, the load began with the first operation. */
async function loadStartOf(folder: RunFolder): Promise<number> {
  const start = phaseStart(storedResult(folder)?.phases ?? []);
  if (start !== undefined) return start;
  const { history } = await readHistory(folder.historyFile, { format: 'jsonl' });
  return history.operations.at(0)?.startTime ?? 0;
}

function phaseStart(phases: readonly Phase[]): number | undefined {
  return phases.find(({ name }) => name === 'load')?.start;
}
