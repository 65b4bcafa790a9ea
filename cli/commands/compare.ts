import type { Command } from '@commander-js/extra-typings';

import { createRealClock } from '../../harness/environment/real.js';
import { EXIT_CODES } from '../../harness/verdict.js';
import type { ComparedRun } from '../../reports/comparison/compared-run.js';
import type { Output } from '../terminal/output.js';
import { readRun } from '../../campaigns/check/read-run.js';
import type { Registries } from '../../campaigns/definitions/registries.js';
import { ExitCode } from '../terminal/exit-code.js';
import { figuresOfRun, presentComparison } from '../terminal/present-comparison.js';

/** `schism compare RUN …`: any runs side by side. */
export function addCompareCommand(
  program: Command,
  registries: () => Promise<Registries>,
  output: Output,
): void {
  program
    .command('compare')
    .description('runs side by side, from their folders: a table here, and a page with charts')
    .argument('<runs...>', 'run folders; those that differ in nothing but their seed are one row')
    .option('--page <file>', 'where the page goes', 'comparison.html')
    .action(async (paths, { page }) => {
      const clock = createRealClock();
      const runs: ComparedRun[] = [];
      for (const path of paths) {
        runs.push(figuresOfRun(await readRun(path, { registries, clock })));
      }
      const command = `npx schism compare ${paths.join(' ')}`;
      const { outcome } = presentComparison(runs, { page, command, output });
      throw new ExitCode(EXIT_CODES[outcome]);
    });
}
