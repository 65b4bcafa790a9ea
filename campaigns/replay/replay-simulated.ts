import { readFileSync } from 'node:fs';

import type { Clock } from '../../harness/environment/environment.js';
import type { RunRecord } from '../../harness/run/spec.js';
import type { RunFolder } from '../../harness/store/run-folder.js';
import type { Registries } from '../definitions/registries.js';
import type { ReportedRun } from '../run/run-once.js';
import { recordRun } from '../search/record-run.js';

/** A simulated run that was made again, and where its history first differs from the old one, if it does. */
export interface SimulatedReplay {
  run: ReportedRun;
  /** In bytes, of the old history. */
  length: number;
  difference: HistoryDifference | undefined;
}

export interface HistoryDifference {
  /** Counts from 1. */
  line: number;
  recorded: string;
  replayed: string;
}

/** Makes the run of a folder again, in a new folder, and holds the two histories against each other. */
export async function replaySimulated(
  original: RunFolder,
  names: Registries,
  runsDirectory: string,
  clock: Clock,
  say: (line: string) => void,
): Promise<SimulatedReplay> {
  const { spec } = original.readJson('record') as RunRecord;
  const recorded = readFileSync(original.historyFile, 'utf8');
  const run = await recordRun(spec, names, runsDirectory, clock, say);
  const replayed = readFileSync(run.folder.historyFile, 'utf8');
  return {
    run,
    length: Buffer.byteLength(recorded),
    difference: recorded === replayed ? undefined : firstDifference(recorded, replayed),
  };
}

function firstDifference(recorded: string, replayed: string): HistoryDifference {
  const [before, after] = [recorded, replayed].map((text) => text.split('\n'));
  const index = before.findIndex((line, at) => line !== after[at]);
  const at = index < 0 ? before.length : index;
  return { line: at + 1, recorded: before[at] ?? '', replayed: after[at] ?? '' };
}
