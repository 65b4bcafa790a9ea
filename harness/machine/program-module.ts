import { existsSync } from 'node:fs';
import { dirname, extname, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import type { ProgramReference } from '../contracts/starts/start.js';
import type { Program, ProgramConfig } from '../contracts/program.js';

/** Makes the node of one name from what it is to know. */
export type CreateProgram = (config: ProgramConfig) => Program;

/** Imports a module of a user's, given as an absolute path. */
export type ImportModule = (file: string) => Promise<Readonly<Record<string, unknown>>>;

/** The module of a program cannot be had, or is not what it is said to be. */
class ProgramModuleError extends Error {
  override readonly name = 'ProgramModuleError';
}

/** The file of a module: its TypeScript source where the module beside it was not built. */
export function moduleFile({ module }: Pick<ProgramReference, 'module'>): string {
  const isUrl = module instanceof URL || module.startsWith('file:');
  const file = isUrl ? fileURLToPath(module) : resolve(module);
  const source = file.replace(/\.([cm]?)js$/, '.$1ts');
  return !existsSync(file) && existsSync(source) ? source : file;
}

/** Why the module of a program cannot be had, as a sentence; undefined where it is there. */
export function missingModule(program: ProgramReference): string | undefined {
  const file = moduleFile(program);
  return existsSync(file) ? undefined : `There is no module ${file} to take a program from.`;
}

/** Whether a module is part of this package, from its sources or from its build. */
export function isOwnModule(file: string): boolean {
  const root = packageRoot();
  return file.startsWith(root + sep) && !file.includes(`${sep}node_modules${sep}`, root.length);
}

export function isTypeScript(file: string): boolean {
  return /^\.[cm]?ts$/.test(extname(file));
}

/**
 * The function that makes a target's nodes. A module of this package is imported as it is; `importModule` is asked for
 * any other. Throws an error with a sentence where it is not there, or no function.
 */
export async function loadProgram(
  program: ProgramReference,
  importModule: ImportModule = importAnyModule,
): Promise<CreateProgram> {
  const missing = missingModule(program);
  if (missing !== undefined) throw new ProgramModuleError(missing);
  const file = moduleFile(program);
  const exported = await (isOwnModule(file) ? importNatively(file) : importModule(file));
  const create = exported[program.export];
  if (typeof create !== 'function') {
    const names = Object.keys(exported).join(', ');
    throw new ProgramModuleError(
      `${file} exports no function "${program.export}" to make a program; it exports ${names}.`,
    );
  }
  return create as CreateProgram;
}

/** JavaScript as Node.js reads it, TypeScript through jiti: plain Node.js cannot read it from version 20 on. */
async function importAnyModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (!isTypeScript(file)) return importNatively(file);
  // Imported here: a node in a container has no TypeScript to read, and no jiti.
  const { createJiti } = await import('jiti');
  return createJiti(import.meta.url, { alias: ownName() }).import<Record<string, unknown>>(file);
}

/** What a module imports from `schism` is this package, wherever the module lies. */
function ownName(): Record<string, string> {
  try {
    return { schism: fileURLToPath(import.meta.resolve('schism')) };
  } catch {
    // Without a build there is nothing that bears the name, nor where a test runner stands in for Node.js's loader.
    return {};
  }
}

async function importNatively(file: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
}

/** The directory of this package, from its sources as from its build. */
export function packageRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return directory;
}
