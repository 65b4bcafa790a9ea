import { readHistory } from '../../harness/history/read.js';
import type { RunRecord } from '../../harness/run/spec.js';
import { RunFolder } from '../../harness/store/run-folder.js';
import type { CampaignContext } from '../definitions/context.js';
import { withRecorded } from '../definitions/recorded.js';
import type { Registries } from '../definitions/registries.js';
import type { RunOnDisk } from '../run/carry-out.js';
import { judgeAgain, ownLimits, storedResult } from './judge-again.js';

/** The record of a run folder, and the registries with the definitions that it names. */
export async function openRun(
  path: string,
  { registries, directory }: Pick<CampaignContext, 'registries' | 'directory'>,
): Promise<{ folder: RunFolder; record: RunRecord; registries: Registries }> {
  const folder = new RunFolder(path);
  const record = readRecord(folder);
  const place = { directory, folder: path };
  return { folder, record, registries: await withRecorded(record, registries, place) };
}

export function readRecord(folder: RunFolder): RunRecord {
  return folder.readJson('record') as RunRecord;
}

/**
 * Reads a run folder; `recheck` judges its history anew and keeps the results, which is done anyway where the controller
 * was killed before it could. Throws a `RunFolderError` or a `HistoryError` with what is wrong.
 */
export async function readRun(
  path: string,
  context: Pick<CampaignContext, 'registries' | 'directory' | 'clock'>,
  recheck = false,
): Promise<RunOnDisk> {
  const folder = new RunFolder(path);
  const record = readRecord(folder);
  const { history, warnings } = await readHistory(folder.file('history'), { format: 'jsonl' });
  const stored = recheck ? undefined : storedResult(folder);
  if (stored) return { folder, record, history, result: stored };
  const { registries } = await openRun(path, context);
  const finished = { folder, record, history, warnings };
  const result = await judgeAgain(finished, registries, ownLimits(record.spec, context.clock));
  folder.writeJson('results', result);
  return { folder, record, history, result };
}
