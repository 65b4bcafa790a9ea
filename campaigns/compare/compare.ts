import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { RUN_FILES } from '../../harness/store/run-folder.js';
import { compareRun, type ComparedRun } from '../../reports/comparison/compared-run.js';
import { compareRuns, type Comparison } from '../../reports/comparison/comparison.js';
import { renderComparison } from '../../reports/comparison/page.js';
import { readRun } from '../check/read-run.js';
import type { CampaignContext } from '../definitions/context.js';
import { schismVersion } from '../definitions/version.js';
import type { RunOnDisk } from '../run/carry-out.js';

export interface CompareRequest {
  /** Run folders; those that differ in nothing but their seed are one row. */
  runs: readonly string[];
  /** Where the page goes. */
  page: string;
}

/** `schism compare`: runs side by side, from their folders, and a page of it. */
export async function compareCampaign(
  { runs, page }: CompareRequest,
  context: CampaignContext,
): Promise<Comparison> {
  const compared: ComparedRun[] = [];
  for (const path of runs) compared.push(figuresOfRun(await readRun(path, context)));
  return writeComparison(compared, page, `npx schism compare ${runs.join(' ')}`);
}

/** Compares these runs, and writes the page. `command` is what a person types to have it again. */
export function writeComparison(
  runs: readonly ComparedRun[],
  page: string,
  command: string,
): Comparison {
  const comparison = compareRuns(runs);
  const from = dirname(page);
  const html = renderComparison({
    comparison,
    command,
    schismVersion: schismVersion(),
    reportOf: (directory) => relative(from, join(directory, RUN_FILES.report)),
  });
  mkdirSync(from, { recursive: true });
  writeFileSync(page, html);
  return comparison;
}

/** The figures of a run; its history may then be forgotten, for dozens of them fill a memory. */
export function figuresOfRun({ folder, ...run }: RunOnDisk): ComparedRun {
  return compareRun({ ...run, directory: folder.path });
}
