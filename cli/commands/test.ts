import type { Command } from '@commander-js/extra-typings';

import { EXIT_CODES } from '../../harness/verdict.js';
import { closingLines } from '../terminal/closing-lines.js';
import type { Output } from '../terminal/output.js';
import type { Registries } from '../../campaigns/definitions/registries.js';
import { resolveSpec } from '../../campaigns/run/resolve-spec.js';
import { freshSeed, runOnce } from '../../campaigns/run/run-once.js';
import { ExitCode } from '../terminal/exit-code.js';
import { testCommandOptions } from '../options/test-options.js';

/** `schism test TARGET`. */
export function addTestCommand(
  program: Command,
  registries: () => Promise<Registries>,
  output: Output,
): void {
  const command = testCommandOptions().action(async (typedTarget, options) => {
    const names = await registries();
    const resolved = resolveSpec(typedTarget, options, names, freshSeed);
    const { data } = await runOnce(resolved, names, options);
    for (const line of closingLines(data, output)) output.out(line);
    throw new ExitCode(EXIT_CODES[data.outcome.outcome]);
  });
  program.addCommand(command.copyInheritedSettings(program));
}
