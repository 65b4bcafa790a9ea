import { type Command, CommanderError } from '@commander-js/extra-typings';

import { HistoryError } from '../harness/history/history-error.js';
import { DockerError } from '../runtimes/docker/engine/errors.js';
import { RunFolderError, StorageError } from '../harness/store/run-folder.js';
import { EXIT_CODES, EXIT_USAGE } from '../harness/verdict.js';
import { WorkloadOptionError } from '../workloads/common/options.js';
import { ExitCode } from './terminal/exit-code.js';
import type { Output } from './terminal/output.js';
import { UsageError } from '../campaigns/definitions/usage-error.js';

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
  if (
    error instanceof UsageError ||
    error instanceof HistoryError ||
    error instanceof RunFolderError ||
    error instanceof WorkloadOptionError
  ) {
    output.error(`schism: ${error.message}`);
    return EXIT_USAGE;
  }
  if (error instanceof DockerError || error instanceof StorageError) {
    output.error(`schism: ${error.message}`);
    return EXIT_CODES.error;
  }
  output.error(
    `schism: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return EXIT_CODES.error;
}
