import { nodeNames } from '../../harness/contracts/cluster.js';
import type { Nemesis } from '../../harness/contracts/nemesis.js';
import { readHistory } from '../../harness/history/read.js';
import { completeSettings } from '../../harness/run/parts.js';
import type { Phase } from '../../harness/run/result.js';
import type { RunSpec, ScheduledFault } from '../../harness/run/spec.js';
import { type RunFolder, scheduleLine } from '../../harness/store/run-folder.js';
import { capabilitiesOf } from '../run/assemble-run.js';
import { storedResult } from '../check/judge-again.js';
import { readRecord } from '../check/read-run.js';
import type { CampaignContext } from '../definitions/context.js';
import type { Registries } from '../definitions/registries.js';
import { type ResolvedSpec, resolveSpec } from '../run/resolve-spec.js';
import { carryOut, type ReportedRun } from '../run/carry-out.js';
import { UsageError } from '../definitions/usage-error.js';
import { differencesFromPlan, planFromSchedule, type ReplayPlan } from './plan.js';

/** What a user wants to be different from the recorded run. */
export interface ReplayChanges {
  /** A target, or target@version. */
  target?: string;
  runtime?: string;
  durability?: string;
  /** Over the recorded settings; where the target is another one, these alone. */
  settings?: Readonly<Record<string, string>>;
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
  runsDirectory: string,
  context: CampaignContext,
): Promise<ReplayedSchedule> {
  const { registries, clock } = context;
  const { spec } = readRecord(original);
  const schedule = original.readSchedule();
  const plain = changed(spec, changes, registries);
  const replay = planFromSchedule(schedule, {
    nemeses: registries.nemeses,
    capabilities: await capabilitiesOf(plain, registries, clock),
    refusal: (nemesis) => refusalOf(nemesis, spec, plain),
    lineOf: (index) => scheduleLine(original, index + 1),
    runtime: plain.spec.runtime,
    nodes: nodeNames(spec.nodes),
    loadStart: await loadStartOf(original),
    loadMs: spec.timeMs,
  });
  refuseNothing(replay);
  const resolved = changed(spec, changes, registries, replay.plan);
  const run = await carryOut(resolved, { runsDirectory }, context);
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
  { target, runtime, durability, settings = {} }: ReplayChanges,
  registries: Registries,
  plan?: readonly ScheduledFault[],
): ResolvedSpec {
  const [name, version] = target?.split('@', 2) ?? [spec.target, spec.version];
  const isSame = name === spec.target;
  const upgrades =
    plan?.some(({ fault }) => registries.nemeses[fault].needs.includes('upgrade')) === true;
  const faults = plan?.map(({ fault, variant }) => `${fault}:${variant}`) ?? [];
  return resolveSpec(
    {
      ...spec,
      target: name,
      version,
      // Another target may run elsewhere, and has modes, settings and mistakes of its own.
      runtime: runtime ?? (isSame ? spec.runtime : undefined),
      durability: durability ?? (isSame ? spec.durability : undefined),
      settings: isSame ? { ...spec.settings, ...settings } : settings,
      bugs: isSame ? spec.bugs : [],
      image: isSame ? spec.image : undefined,
      upgradeTo: isSame && upgrades ? spec.upgradeTo : undefined,
      faults: [...new Set(faults)],
      plan,
    },
    registries,
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
