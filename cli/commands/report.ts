import type { Command } from '@commander-js/extra-typings';

import { createRealClock } from '../../harness/environment/real.js';
import { readHistory } from '../../harness/history/read.js';
import type { RunRecord } from '../../harness/run/spec.js';
import { RunFolder } from '../../harness/store/run-folder.js';
import { summaryLines } from '../../reports/console/summary.js';
import { judgeAgain, storedResult } from '../judge-again.js';
import type { Output } from '../output.js';
import type { Registries } from '../registries.js';
import { writeReport } from '../write-report.js';

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
      const folder = new RunFolder(path);
      const record = folder.readJson('record') as RunRecord;
      const { history, warnings } = await readHistory(folder.file('history'), { format: 'jsonl' });
      const stored = recheck ? undefined : storedResult(folder);
      const result =
        stored ??
        (await judgeAgain(
          { folder, record, history, warnings },
          await registries(),
          createRealClock(),
        ));
      const data = writeReport(folder, record, result, history, (error) => {
        throw error;
      });
      for (const line of summaryLines(data, { color: output.color })) output.out(line);
    });
}
