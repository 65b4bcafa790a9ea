import { execa } from 'execa';

/** How a command ended: its exit code, and all that it said. */
export interface Ended {
  code: number | undefined;
  out: string;
}

/** Runs the command as it was built, with nobody to ask. */
export async function schism(...args: readonly string[]): Promise<Ended> {
  const { exitCode, all } = await execa(process.execPath, ['dist/cli/main.js', ...args], {
    all: true,
    reject: false,
    stdin: 'ignore',
  });
  return { code: exitCode, out: all };
}
