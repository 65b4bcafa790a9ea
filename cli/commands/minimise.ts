import type { Command } from '@commander-js/extra-typings';

import {
  MINIMISE_BUDGET,
  MINIMISE_TRIES,
  minimiseCampaign,
} from '../../campaigns/minimise/minimise-run.js';
import { count } from '../../campaigns/options/kinds.js';
import { EXIT_CODES } from '../../harness/verdict.js';
import { closingLines } from '../terminal/closing-lines.js';
import { ExitCode } from '../terminal/exit-code.js';
import type { Output } from '../terminal/output.js';
import type { Session } from '../terminal/session.js';

/** `schism minimise RUN`: the smallest run that fails as that one did. */
export function addMinimiseCommand(
  program: Command,
  openSession: () => Promise<Session>,
  output: Output,
): void {
  program
    .command('minimise')
    .description(
      'shrink a run that failed: a simulated one in everything, a real one in its faults',
    )
    .argument('<run>', 'a run folder with a violation or an error')
    .option(
      '--tries <n>',
      'runs that each smaller one gets to fail in',
      count(1, 'a number').parse,
      MINIMISE_TRIES,
    )
    .option('--budget <n>', 'runs in all', count(1, 'a number of runs').parse, MINIMISE_BUDGET)
    .option('--runs-dir <path>', 'where run folders are made', 'runs')
    .action(async (path, { runsDir: runsDirectory, ...effort }) => {
      const request = { run: path, runsDirectory, ...effort };
      const { run, remarks } = await minimiseCampaign(request, await openSession());
      for (const line of closingLines(run.data, output)) output.out(line);
      for (const line of remarks) output.out(line);
      throw new ExitCode(EXIT_CODES[run.result.outcome]);
    });
}
