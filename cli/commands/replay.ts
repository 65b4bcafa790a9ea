import type { Command } from '@commander-js/extra-typings';

import { type ReplayResult, replayCampaign } from '../../campaigns/replay/replay.js';
import { EXIT_CODES } from '../../harness/verdict.js';
import { formatCount } from '../../harness/text/numbers.js';
import { shorten } from '../../harness/text/sentences.js';
import { givenRunOptions, runOption } from '../options/run-options.js';
import { closingLines } from '../terminal/closing-lines.js';
import { ExitCode } from '../terminal/exit-code.js';
import type { Output } from '../terminal/output.js';
import type { Session } from '../terminal/session.js';

/** Of a line of a history that differs, so much is shown. */
const LINE_SHOWN = 200;

/** `schism replay RUN`: the run of a folder again. */
export function addReplayCommand(
  program: Command,
  openSession: () => Promise<Session>,
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
    .addOption(runOption('settings', { description: 'another setting of the target' }))
    .option('--runs-dir <path>', 'where the folder of the new run is made', 'runs')
    .action(async (run, typed) => {
      const { target, runtime, durability, runsDir: runsDirectory } = typed;
      const { settings } = givenRunOptions({ ...typed }, 'test');
      const request = { run, target, runtime, durability, settings, runsDirectory };
      const replay = await replayCampaign(request, await openSession());
      for (const line of closingLines(replay.run.data, output)) output.out(line);
      for (const line of remarksOf(replay)) output.out(line);
      throw new ExitCode(EXIT_CODES[replay.outcome]);
    });
}

function remarksOf(replay: ReplayResult): readonly string[] {
  if (replay.kind === 'schedule') return replay.remarks;
  const { difference, length } = replay;
  if (!difference) {
    return [`The history is the same, byte for byte (${formatCount(length)} bytes).`];
  }
  return [
    `The history differs from line ${difference.line} on: was it made by another version?`,
    `  recorded  ${shorten(difference.recorded, LINE_SHOWN)}`,
    `  replayed  ${shorten(difference.replayed, LINE_SHOWN)}`,
  ];
}
