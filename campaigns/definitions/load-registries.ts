import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

import { loadModule } from './load-module.js';
import {
  addDefinitions,
  BUILT_IN,
  DEFINITION_KINDS,
  type Definitions,
  type Registries,
} from './registries.js';
import { UsageError } from './usage-error.js';

/** A user's own definitions, from `schism.config.ts` (or `.js`, `.mjs`) in the working directory. */
const CONFIG_FILES = ['schism.config.ts', 'schism.config.js', 'schism.config.mjs'];

/** Whether a module is one that the command line finds by itself. */
export function isConfiguration(module: string): boolean {
  return CONFIG_FILES.includes(basename(module));
}

/** The built-in definitions with the user's beside them; a user's definition may not replace a built-in one. */
export async function loadRegistries(directory: string): Promise<Registries> {
  const path = CONFIG_FILES.map((file) => join(directory, file)).find(existsSync);
  if (path === undefined) return BUILT_IN;
  const added = await readConfig(path);
  const kinds: readonly string[] = DEFINITION_KINDS;
  const stranger = Object.keys(added).find((kind) => !kinds.includes(kind));
  if (stranger !== undefined) {
    throw new UsageError(`${path} adds to "${stranger}"; it can add to ${kinds.join(', ')}`);
  }
  return addDefinitions(BUILT_IN, added, path, path);
}

async function readConfig(path: string): Promise<Partial<Definitions>> {
  try {
    const { default: config = {} } = await loadModule(path);
    return config as Partial<Definitions>;
  } catch (error) {
    throw new UsageError(`${path} cannot be loaded: ${String(error)}`);
  }
}
