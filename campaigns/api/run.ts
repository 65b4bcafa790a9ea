import type { History } from '../../harness/history/operation.js';
import type { RunResult } from '../../harness/run/result.js';
import type { RunRecord } from '../../harness/run/spec.js';
import type { ReportedRun } from '../run/carry-out.js';
import { runCampaign, type RunRequest } from '../run/run.js';
import { contextFor, type ProgramOptions } from './context.js';

/** What came of a run, as plain data. */
export interface RunReport extends RunResult {
  /** The run folder: everything that is known of the run, with a report to read. */
  directory: string;
  /** Where and with what it was made; `record.spec.seed` decides operations and faults. */
  record: RunRecord;
  /** What a person types to have it again. */
  replayCommand: string;
  /** What every client saw. */
  history: History;
}

/**
 * Starts a cluster, uses it, breaks it, and judges what its clients saw, as `schism test` does. Rejects with a
 * `UsageError` before anything starts where the request does not fit; whatever goes wrong later is an outcome.
 */
export async function run(request: RunRequest, options: ProgramOptions = {}): Promise<RunReport> {
  return reportOf(await runCampaign(request, await contextFor(options)));
}

/** A reported run as plain data. */
export function reportOf({ folder, record, result, history }: ReportedRun): RunReport {
  const { replayCommand } = record;
  return { ...result, directory: folder.path, record, replayCommand, history };
}
