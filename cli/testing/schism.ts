import { tryCommand } from '../../harness/machine/command.js';

/** How a command ended: its exit code, and all that it said. */
export interface Ended {
  code: number | undefined;
  out: string;
}

/** Runs the command as it was built, with nobody to ask. */
export async function schism(...args: readonly string[]): Promise<Ended> {
  const { exitCode, output } = await tryCommand(process.execPath, ['dist/cli/main.js', ...args]);
  return { code: exitCode, out: output };
}
