import type { Command } from '@commander-js/extra-typings';

import { createRealClock } from '../../harness/environment/real.js';
import { clean } from '../../runtimes/docker/clean.js';
import { doctor } from '../../runtimes/docker/doctor.js';
import { connectEngine, type Engine } from '../../runtimes/docker/engine/connection.js';
import { DockerError } from '../../runtimes/docker/engine/errors.js';
import { formatTable } from '../../reports/console/table.js';
import type { Output } from '../terminal/output.js';
import { describeCleaned } from '../terminal/describe-cleaned.js';

/** `schism doctor`: what this machine can do, tried for real. */
export function addDoctorCommand(program: Command, output: Output): void {
  program
    .command('doctor')
    .description('what this machine can do: engine, images, each fault, and why not')
    .action(async () => {
      const rows = (await doctor()).map(({ what, ok, detail, fix }) => [
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
      const cleaned = await clean(await engineIfAny(output), createRealClock(), { run });
      for (const line of describeCleaned(cleaned, run)) output.out(line);
    });
}

/** Processes can be cleaned up without an engine; that there is none is said all the same. */
async function engineIfAny(output: Output): Promise<Engine | undefined> {
  try {
    return await connectEngine();
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    output.error(`containers are left out: ${error.message}`);
    return undefined;
  }
}
