import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A program of ours as an argument vector. */
export interface EntryCommand {
  file: string;
  args: string[];
}

/**
 * How to run a module of ours as a process of its own, given as `new URL('./name.js', import.meta.url)`:
 * with plain Node.js where it was built, through tsx where only its TypeScript source is there.
 */
export function entryCommand(entry: URL): EntryCommand {
  const built = fileURLToPath(entry);
  if (existsSync(built)) return { file: process.execPath, args: [built] };
  // Resolved from here: the working directory of a run need not know tsx.
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx'));
  const source = built.replace(/\.js$/, '.ts');
  return { file: process.execPath, args: ['--import', loader.href, source] };
}
