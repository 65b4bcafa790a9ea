import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { RUN_FILES } from '../../harness/store/run-folder.js';
import { compareRun, type ComparedRun } from '../../reports/comparison/compared-run.js';
import { compareRuns, type Comparison } from '../../reports/comparison/comparison.js';
import { comparisonLines } from '../../reports/comparison/console.js';
import { renderComparison } from '../../reports/comparison/page.js';
import type { Output } from './output.js';
import type { RunOnDisk } from '../../campaigns/check/read-run.js';
import { schismVersion } from '../../campaigns/definitions/version.js';

export interface TellComparisonOptions {
  /** Where the page goes. */
  page: string;
  /** What a person types to have it again. */
  command: string;
  output: Output;
}

/** Prints the comparison of these runs, writes its page, and gives it back. */
export function presentComparison(
  runs: readonly ComparedRun[],
  { page, command, output }: TellComparisonOptions,
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
  for (const line of comparisonLines(comparison, output)) output.out(line);
  output.out(`Page     ${page}`);
  return comparison;
}

/** The figures of a run; its history may then be forgotten, for dozens of them fill a memory. */
export function figuresOfRun({ folder, ...run }: RunOnDisk): ComparedRun {
  return compareRun({ ...run, directory: folder.path });
}
