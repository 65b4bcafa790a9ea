import type { Command } from '@commander-js/extra-typings';

import { reportCampaign } from '../../campaigns/report/report.js';
import { summaryLines } from '../../reports/console/summary.js';
import type { Output } from '../terminal/output.js';
import type { Session } from '../terminal/session.js';

/** `schism report RUN`: the report again, from the run's folder. */
export function addReportCommand(
  program: Command,
  openSession: () => Promise<Session>,
  output: Output,
): void {
  program
    .command('report')
    .description("make a run's report again, from what its folder holds")
    .argument('<run>', 'a run folder')
    .option('--recheck', 'judge the history again; done anyway where the controller was killed')
    .action(async (run, { recheck }) => {
      const data = await reportCampaign({ run, recheck }, await openSession());
      for (const line of summaryLines(data, { color: output.color })) output.out(line);
    });
}
