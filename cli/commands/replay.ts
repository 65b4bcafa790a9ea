import type { Command } from '@commander-js/extra-typings';

import { createRealClock } from '../../harness/environment/real.js';
import type { RunRecord } from '../../harness/run/spec.js';
import { RunFolder } from '../../harness/store/run-folder.js';
import { EXIT_CODES } from '../../harness/verdict.js';
import { formatCount, plural, shorten } from '../../reports/text/format.js';
import { closingLines } from '../terminal/closing-lines.js';
import type { Output } from '../terminal/output.js';
import { pairs } from '../options/option-kinds.js';
import type { Registries } from '../../campaigns/definitions/registries.js';
import { type ReplayedSchedule, replaySchedule } from '../../campaigns/replay/replay-schedule.js';
import { ExitCode } from '../terminal/exit-code.js';
import { replaySimulated, type SimulatedReplay } from '../../campaigns/replay/replay-simulated.js';

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
      'make a run again from its folder: a simulated one comes out the same, byte for byte; of a real one the ' +
        'schedule of faults is carried out again, also on another target or version',
    )
    .argument('<run>', 'a run folder')
    .option('--target <name>', 'another target, or target@version')
    .option('--runtime <name>', 'another runtime')
    .option('--durability <mode>', 'another durability mode')
    .addOption(pairs('--set <name=value>', 'another setting of the target'))
    .option('--runs-dir <path>', 'where the folder of the new run is made', 'runs')
    .action(async (path, { runsDir, ...changes }) => {
      const folder = new RunFolder(path);
      const { spec } = folder.readJson('record') as RunRecord;
      const { target, runtime, durability, set } = changes;
      const isChanged = [target, runtime, durability, ...Object.keys(set)].some(Boolean);
      const names = await registries();
      const clock = createRealClock();
      if (spec.runtime !== 'simulation' || isChanged) {
        const replay = await replaySchedule(folder, changes, names, runsDir, clock);
        for (const line of closingLines(replay.run.data, output)) output.out(line);
        for (const line of scheduleLines(replay)) {
          output.out(line);
          replay.run.folder.appendLog(line);
        }
        throw new ExitCode(EXIT_CODES[replay.run.result.outcome]);
      }
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

/** What of the recorded schedule was carried out again, and what was not, and why. */
function scheduleLines({ plan, leftOut, differences }: ReplayedSchedule): string[] {
  const all = plural(plan.length + leftOut.length, 'recorded fault');
  const repeated = plan.length - differences.length;
  return [
    `Of ${all}, ${formatCount(repeated)} ${repeated === 1 ? 'was' : 'were'} carried out again as recorded.`,
    ...leftOut.map((line) => `  left out: ${line}`),
    ...differences.map((line) => `  differs: ${line}`),
  ];
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
