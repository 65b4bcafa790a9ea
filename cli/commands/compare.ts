import type { Command } from '@commander-js/extra-typings';

import { compareCampaign } from '../../campaigns/compare/compare.js';
import { EXIT_CODES } from '../../harness/verdict.js';
import { comparisonLines } from '../../reports/comparison/console.js';
import { ExitCode } from '../terminal/exit-code.js';
import type { Output } from '../terminal/output.js';
import type { Session } from '../terminal/session.js';

/** `schism compare RUN …`: any runs side by side. */
export function addCompareCommand(
  program: Command,
  openSession: () => Promise<Session>,
  output: Output,
): void {
  program
    .command('compare')
    .description('runs side by side, from their folders: a table here, and a page with charts')
    .argument('<runs...>', 'run folders; those that differ in nothing but their seed are one row')
    .option('--page <file>', 'where the page goes', 'comparison.html')
    .action(async (runs, { page }) => {
      const comparison = await compareCampaign({ runs, page }, await openSession());
      for (const line of comparisonLines(comparison, output)) output.out(line);
      output.out(`Page     ${page}`);
      throw new ExitCode(EXIT_CODES[comparison.outcome]);
    });
}
