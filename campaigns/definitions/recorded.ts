import { isAbsolute, relative, resolve } from 'node:path';

import type { DefinitionOrigin, RunRecord, RunSpec } from '../../harness/run/spec.js';
import { loadModule } from './load-module.js';
import {
  addDefinitions,
  DEFINITION_KINDS,
  type DefinitionKind,
  type Registries,
} from './registries.js';
import { UsageError } from './usage-error.js';

/** What of a run's names is not built in, and where it came from. */
export function definitionsUsed(spec: RunSpec, { origins }: Registries): DefinitionOrigin[] {
  const faults = [...spec.faults, ...(spec.plan ?? []).map(({ fault }) => fault)];
  const used: Partial<Record<string, readonly string[]>> = {
    targets: [spec.target],
    workloads: [spec.workload],
    runtimes: [spec.runtime],
    nemeses: faults.map((fault) => fault.split(':', 1)[0]),
    checkers: spec.checkers ?? [],
  };
  return origins.filter(({ kind, name }) => used[kind]?.includes(name));
}

/** Where a run folder was found. */
export interface RecordedPlace {
  /** The working directory. */
  directory: string;
  folder: string;
}

/**
 * The registries with what a recorded run used beside them, loaded from where it came from. What is there already, as
 * from a configuration in the working directory, stays. Throws a `UsageError` that says what is lacking.
 *
 * To load a module is to run it, and a folder may come from anywhere: so only those of the working directory are, and
 * none that came with the folder.
 */
export async function withRecorded(
  { definitions = [] }: Pick<RunRecord, 'definitions'>,
  registries: Registries,
  { directory, folder }: RecordedPlace,
): Promise<Registries> {
  const lacking = definitions.filter((origin) => isLacking(origin, registries));
  for (const { kind, name, module } of lacking) {
    if (module === null || (isBelow(module, directory) && !isBelow(module, folder))) continue;
    throw new UsageError(
      `${describeUse(kind, name)}; it came from ${module}, which is not in this directory: ` +
        `call Schism where it is, or add it to schism.config.ts under ${kind}`,
    );
  }
  return loadDefinitions(lacking, registries);
}

function isBelow(path: string, directory: string): boolean {
  const way = relative(resolve(directory), path);
  return isAbsolute(path) && !way.startsWith('..') && !isAbsolute(way);
}

function isLacking({ kind, name }: DefinitionOrigin, registries: Registries): boolean {
  const known = DEFINITION_KINDS.find((each) => each === kind);
  return known !== undefined && !Object.hasOwn(registries[known], name);
}

/** Where another thread finds what is not built in. */
export interface DefinitionSource {
  /** Where a configuration is looked for. */
  directory: string;
  /** What else is to be loaded. */
  definitions?: readonly DefinitionOrigin[];
}

/** The registries with these definitions beside them; those that they have already stay. */
export async function loadDefinitions(
  origins: readonly DefinitionOrigin[],
  registries: Registries,
): Promise<Registries> {
  let known = registries;
  for (const origin of origins.filter((each) => isLacking(each, registries))) {
    const kind = kindOf(origin);
    const definition = await findDefinition(origin, kind);
    const added = { [kind]: { [origin.name]: definition } };
    known = addDefinitions(known, added, origin.module, String(origin.module));
  }
  return known;
}

function kindOf({ kind }: DefinitionOrigin): DefinitionKind {
  const known = DEFINITION_KINDS.find((each) => each === kind);
  if (known === undefined) throw new RangeError(`there is no kind of definitions ${kind}`);
  return known;
}

/** What one definition of each kind is called in sentences. */
const ONE: Readonly<Record<string, string>> = {
  targets: 'target',
  workloads: 'workload',
  nemeses: 'fault',
  checkers: 'checker',
  models: 'model',
  runtimes: 'runtime',
};

function describeUse(kind: string, name: string): string {
  return `this run used the ${ONE[kind]} "${name}", which is not built in`;
}

async function findDefinition(
  { name, module }: DefinitionOrigin,
  kind: DefinitionKind,
): Promise<unknown> {
  const what = describeUse(kind, name);
  if (module === null) {
    throw new UsageError(
      `${what}, and a program gave it without its module: add it to schism.config.ts under ${kind}`,
    );
  }
  const found = await exportsOf(module, what);
  const definition = definitionIn(found, kind, name);
  if (definition !== undefined) return definition;
  throw new UsageError(`${what}; ${module}, where it came from, exports none of that name now`);
}

async function exportsOf(path: string, what: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await loadModule(path);
  } catch (error) {
    throw new UsageError(
      `${what}; ${path}, where it came from, cannot be loaded: ${String(error)}`,
    );
  }
}

/** As a configuration names it, or an export that bears the name itself. */
function definitionIn(
  found: Readonly<Record<string, unknown>>,
  kind: DefinitionKind,
  name: string,
): unknown {
  const config = fieldOf(found.default, kind);
  const configured = fieldOf(config, name);
  if (configured !== undefined) return configured;
  return Object.entries(found).find(
    ([exported, value]) =>
      isObject(value) && (fieldOf(value, 'name') ?? exported) === name && exported !== 'default',
  )?.[1];
}

function fieldOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
