import type { Command } from '@commander-js/extra-typings';

import { cleanCampaign, doctorCampaign } from '../../campaigns/machine/machine.js';
import { formatTable } from '../../reports/console/table.js';
import { describeCleaned } from '../terminal/describe-cleaned.js';
import type { Output } from '../terminal/output.js';

/** `schism doctor`: what this machine can do, tried for real. */
export function addDoctorCommand(program: Command, output: Output): void {
  program
    .command('doctor')
    .description('what this machine can do: engine, images, each fault, and why not')
    .action(async () => {
      const rows = (await doctorCampaign()).map(({ what, ok, detail, fix }) => [
        ok ? '✓' : '✗',
        what,
        detail,
        fix ?? '',
      ]);
      const columns = [{ title: '' }, { title: 'what' }, { title: 'seen' }, { title: 'fix' }];
      for (const line of formatTable(columns, rows)) output.out(line);
    });
}

/** `schism clean`: removes what dead controllers left, and nothing else. */
export function addCleanCommand(program: Command, output: Output): void {
  program
    .command('clean')
    .description(
      'find and remove what dead controllers left: processes; containers, with the disks, clocks and limits of their ' +
        'nodes; networks; volumes. Run folders stay, and what a living controller uses is left alone',
    )
    .option('--run <id>', 'all of this run, also where it was kept')
    .action(async ({ run }) => {
      const cleaned = await cleanCampaign({ run }, (line) => output.error(line));
      for (const line of describeCleaned(cleaned, run)) output.out(line);
    });
}
