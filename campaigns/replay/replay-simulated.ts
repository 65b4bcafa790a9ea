import { readFileSync } from 'node:fs';

import type { RunFolder } from '../../harness/store/run-folder.js';
import { readRecord } from '../check/read-run.js';
import type { CampaignContext } from '../definitions/context.js';
import { carryOut, type ReportedRun } from '../run/carry-out.js';
import { resolveAgain } from '../run/resolve-spec.js';

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
  runsDirectory: string,
  context: CampaignContext,
): Promise<SimulatedReplay> {
  const resolved = resolveAgain(readRecord(original).spec, context.registries);
  const recorded = readFileSync(original.historyFile, 'utf8');
  const run = await carryOut(
    resolved,
    { runsDirectory },
    { ...context, watch: undefined, stop: undefined },
  );
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
