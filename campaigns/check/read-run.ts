import type { Clock } from '../../harness/environment/environment.js';
import { readHistory } from '../../harness/history/read.js';
import type { History } from '../../harness/history/operation.js';
import type { RunResult } from '../../harness/run/result.js';
import type { RunRecord } from '../../harness/run/spec.js';
import { RunFolder } from '../../harness/store/run-folder.js';
import { judgeAgain, storedResult } from './judge-again.js';
import type { Registries } from '../definitions/registries.js';

/** What a run folder holds, read. */
export interface RunOnDisk {
  folder: RunFolder;
  record: RunRecord;
  history: History;
  result: RunResult;
}

export interface ReadRunOptions {
  registries: () => Promise<Registries>;
  clock: Clock;
  /** Judge the history again; done anyway where the controller was killed before it could write results. */
  recheck?: boolean;
}

/** Reads a run folder; throws a `RunFolderError` or a `HistoryError` with what is wrong. */
export async function readRun(
  path: string,
  { registries, clock, recheck = false }: ReadRunOptions,
): Promise<RunOnDisk> {
  const folder = new RunFolder(path);
  const record = folder.readJson('record') as RunRecord;
  const { history, warnings } = await readHistory(folder.file('history'), { format: 'jsonl' });
  const stored = recheck ? undefined : storedResult(folder);
  const result =
    stored ?? (await judgeAgain({ folder, record, history, warnings }, await registries(), clock));
  return { folder, record, history, result };
}
