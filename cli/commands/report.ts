import type { Command } from '@commander-js/extra-typings';

import { createRealClock } from '../../harness/environment/real.js';
import { summaryLines } from '../../reports/console/summary.js';
import type { Output } from '../terminal/output.js';
import { readRun } from '../../campaigns/check/read-run.js';
import type { Registries } from '../../campaigns/definitions/registries.js';
import { writeReport } from '../../campaigns/run/write-report.js';

/** `schism report RUN`: the report again, from the run's folder. */
export function addReportCommand(
  program: Command,
  registries: () => Promise<Registries>,
  output: Output,
): void {
  program
    .command('report')
    .description("make a run's report again, from what its folder holds")
    .argument('<run>', 'a run folder')
    .option('--recheck', 'judge the history again; done anyway where the controller was killed')
    .action(async (path, { recheck }) => {
      const clock = createRealClock();
      const run = await readRun(path, { registries, clock, recheck });
      const { folder, record, result, history } = run;
      const data = writeReport(folder, record, result, history, (error) => {
        throw error;
      });
      for (const line of summaryLines(data, { color: output.color })) output.out(line);
    });
}
