import { Command } from '@commander-js/extra-typings';

import { runCampaign } from '../../campaigns/run/run.js';
import { EXIT_CODES } from '../../harness/verdict.js';
import { addRunOptions, givenRunOptions } from '../options/run-options.js';
import { closingLines } from '../terminal/closing-lines.js';
import { ExitCode } from '../terminal/exit-code.js';
import type { Output } from '../terminal/output.js';
import type { Session } from '../terminal/session.js';

/** `schism test TARGET`. */
export function addTestCommand(
  program: Command,
  openSession: () => Promise<Session>,
  output: Output,
): void {
  const command = new Command('test')
    .description('start a cluster, use it, break it, and judge what its clients saw')
    .argument('<target>', 'a target, or target@version (schism list targets)');
  addRunOptions(command, 'test');
  command.action(async (target, options) => {
    const request = { target, ...givenRunOptions(options, 'test') };
    const { data } = await runCampaign(request, await openSession());
    for (const line of closingLines(data, output)) output.out(line);
    throw new ExitCode(EXIT_CODES[data.outcome.outcome]);
  });
  program.addCommand(command.copyInheritedSettings(program));
}
