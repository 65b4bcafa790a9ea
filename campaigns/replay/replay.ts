import { formatCount, noun, plural } from '../../harness/text/numbers.js';
import type { Outcome } from '../../harness/verdict.js';
import { openRun } from '../check/read-run.js';
import type { CampaignContext } from '../definitions/context.js';
import { pairs } from '../options/kinds.js';
import { type GivenRunOptions, RUN_OPTIONS } from '../options/run-options.js';
import type { ReportedRun } from '../run/carry-out.js';
import { type ReplayChanges, type ReplayedSchedule, replaySchedule } from './replay-schedule.js';
import { type HistoryDifference, replaySimulated } from './replay-simulated.js';

export interface ReplayRequest extends Omit<ReplayChanges, 'settings'> {
  /** A run folder. */
  run: string;
  /** Over the recorded settings; where the target is another one, these alone. */
  settings?: GivenRunOptions['settings'];
  /** Where the folder of the new run is made. */
  runsDirectory?: string;
}

/** A run that was made again. */
export type ReplayResult = SameSeedReplay | ScheduleReplay;

/** A simulated run comes out the same, byte for byte: or else the outcome is an error. */
export interface SameSeedReplay {
  kind: 'same-seed';
  outcome: Outcome;
  run: ReportedRun;
  /** In bytes, of the old history. */
  length: number;
  difference: HistoryDifference | undefined;
}

/** Of a real run, or with changes, the schedule of faults was carried out again. */
export interface ScheduleReplay {
  kind: 'schedule';
  outcome: Outcome;
  run: ReportedRun;
  /** What of the schedule was carried out again, and what was not, and why: a sentence or a line each. */
  remarks: readonly string[];
}

/** `schism replay`: the run of a folder again. */
export async function replayCampaign(
  { run: path, runsDirectory = RUN_OPTIONS.runsDirectory.default, ...changes }: ReplayRequest,
  given: CampaignContext,
): Promise<ReplayResult> {
  const { folder, record, registries } = await openRun(path, given);
  const context = { ...given, registries };
  const { target, runtime, durability } = changes;
  const settings = pairs.read(changes.settings ?? {});
  const isChanged = [target, runtime, durability, ...Object.keys(settings)].some(Boolean);
  if (record.spec.runtime === 'simulation' && !isChanged) {
    const replay = await replaySimulated(folder, runsDirectory, context);
    // Two histories from one seed are a defect of the simulation, whatever they say of the target.
    const outcome = replay.difference ? 'error' : replay.run.result.outcome;
    return { kind: 'same-seed', outcome, ...replay };
  }
  const replay = await replaySchedule(folder, { ...changes, settings }, runsDirectory, context);
  const remarks = describeReplay(replay);
  for (const line of remarks) replay.run.folder.appendLog(line);
  return { kind: 'schedule', outcome: replay.run.result.outcome, run: replay.run, remarks };
}

function describeReplay({ plan, leftOut, differences }: ReplayedSchedule): string[] {
  const all = plural(plan.length + leftOut.length, 'recorded fault');
  const repeated = plan.length - differences.length;
  return [
    `Of ${all}, ${formatCount(repeated)} ${noun(repeated, 'was', 'were')} carried out again as recorded.`,
    ...leftOut.map((line) => `  left out: ${line}`),
    ...differences.map((line) => `  differs: ${line}`),
  ];
}
