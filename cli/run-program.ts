import { type Command, CommanderError } from '@commander-js/extra-typings';

import { failureKind } from '../campaigns/definitions/failures.js';
import { EXIT_CODES, EXIT_USAGE } from '../harness/verdict.js';
import { ExitCode } from './terminal/exit-code.js';
import type { Output } from './terminal/output.js';

/** Runs the command line and gives its exit code; every failure is one clear sentence on the error stream. */
export async function runProgram(
  program: Command,
  args: readonly string[],
  output: Output,
): Promise<number> {
  try {
    await program.parseAsync(args, { from: 'user' });
    return EXIT_CODES.pass;
  } catch (error) {
    return exitCodeOf(error, output);
  }
}

function exitCodeOf(error: unknown, output: Output): number {
  if (error instanceof ExitCode) return error.code;
  // Commander has already printed its sentence; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  const kind = failureKind(error);
  output.error(`schism: ${textOf(error, kind !== undefined)}`);
  return kind === 'usage' ? EXIT_USAGE : EXIT_CODES.error;
}

/** What nobody has foreseen is told with where it came from. */
function textOf(error: unknown, isForeseen: boolean): string {
  if (!(error instanceof Error)) return String(error);
  return isForeseen ? error.message : (error.stack ?? error.message);
}
