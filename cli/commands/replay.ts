import type { Command } from '@commander-js/extra-typings';

import { createRealClock } from '../../harness/environment/real.js';
import type { RunRecord } from '../../harness/run/spec.js';
import { RunFolder } from '../../harness/store/run-folder.js';
import { EXIT_CODES } from '../../harness/verdict.js';
import { formatCount, shorten } from '../../reports/format.js';
import { closingLines } from '../closing-lines.js';
import type { Output } from '../output.js';
import type { Registries } from '../registries.js';
import { ExitCode } from '../run-program.js';
import { replaySimulated, type SimulatedReplay } from '../simulation/replay.js';
import { UsageError } from '../usage-error.js';

/** Of a line of a history that differs, so much is shown. */
const LINE_SHOWN = 200;

/** `schism replay RUN`: the run of a folder again. */
export function addReplayCommand(
  program: Command,
  registries: () => Promise<Registries>,
  output: Output,
): void {
  program
    .command('replay')
    .description(
      'make a run again from its folder; a simulated one comes out the same, byte for byte',
    )
    .argument('<run>', 'a run folder')
    .option('--runs-dir <path>', 'where the folder of the new run is made', 'runs')
    .action(async (path, { runsDir }) => {
      const folder = new RunFolder(path);
      const { spec } = folder.readJson('record') as RunRecord;
      if (spec.runtime !== 'simulation') {
        throw new UsageError(
          `${path} is a run on the runtime ${spec.runtime}, not a simulated one`,
        );
      }
      const names = await registries();
      const clock = createRealClock();
      const replay = await replaySimulated(folder, names, runsDir, clock, (line) =>
        output.error(line),
      );
      for (const line of closingLines(replay.run.data, output)) output.out(line);
      for (const line of comparisonLines(replay)) output.out(line);
      // Two histories from one seed are a defect of the simulation, whatever they say of the target.
      const outcome = replay.difference ? 'error' : replay.run.result.outcome;
      throw new ExitCode(EXIT_CODES[outcome]);
    });
}

function comparisonLines({ difference, length }: SimulatedReplay): string[] {
  if (!difference) {
    return [`The history is the same, byte for byte (${formatCount(length)} bytes).`];
  }
  return [
    `The history differs from line ${difference.line} on: was it made by another version?`,
    `  recorded  ${shorten(difference.recorded, LINE_SHOWN)}`,
    `  replayed  ${shorten(difference.replayed, LINE_SHOWN)}`,
  ];
}
