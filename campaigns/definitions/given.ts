import { fileURLToPath } from 'node:url';

import type { CheckerFactory } from '../../harness/contracts/checker.js';
import type { Nemesis } from '../../harness/contracts/nemesis.js';
import type { Target } from '../../harness/contracts/target.js';
import type { Workload } from '../../harness/contracts/workload.js';
import { addDefinitions, type Registries, type RuntimeEntry } from './registries.js';

/** A definition, or the name of one. */
type NameOr<Definition> = string | Definition;

/** A runtime of a user's own; other than targets and workloads it does not bear its name. */
export type NamedRuntime = RuntimeEntry & { name: string };
/** A checker of a user's own with its name. */
export type NamedChecker = CheckerFactory & { name: string };

/** Where a request names something that is defined somewhere, it may give the definition itself. */
export interface GivenDefinitions {
  /** `etcd`, `etcd@3.5`, or a target of the program's own. */
  target: NameOr<Target>;
  workload?: NameOr<Workload>;
  faults?: string | readonly NameOr<Nemesis>[];
  /** Checkers that judge the history beside those of the workload. */
  checkers?: readonly NameOr<NamedChecker>[];
  runtime?: NameOr<NamedRuntime>;
  /** The module that exports the given definitions (`import.meta.url`): with it, the run can be replayed and judged again. */
  module?: string | URL;
}

/** The same with every definition called by its name. */
export interface DefinitionNames {
  target: string;
  workload?: string;
  faults?: readonly string[];
  checkers?: readonly string[];
  runtime?: string;
}

/** Takes the given definitions up among those that have names. Throws a `UsageError` where a name is taken. */
export function adoptDefinitions(
  given: GivenDefinitions,
  registries: Registries,
): { names: DefinitionNames; registries: Registries } {
  const { target, workload, runtime, checkers } = given;
  const faults = typeof given.faults === 'string' ? [given.faults] : given.faults;
  const added = {
    targets: byName([target]),
    workloads: byName([workload]),
    nemeses: byName(faults ?? []),
    checkers: byName(checkers ?? []),
    runtimes: byName([runtime]),
  };
  return {
    names: {
      target: nameOf(target),
      workload: workload && nameOf(workload),
      faults: faults?.map(nameOf),
      checkers: checkers?.map(nameOf),
      runtime: runtime && nameOf(runtime),
    },
    registries: addDefinitions(registries, added, pathOf(given.module), 'this program'),
  };
}

function nameOf(given: NameOr<{ name: string }>): string {
  return typeof given === 'string' ? given : given.name;
}

function byName<Definition extends { name: string }>(
  given: readonly (NameOr<Definition> | undefined)[],
): Record<string, Definition> {
  const definitions = given.filter((each) => typeof each === 'object');
  return Object.fromEntries(definitions.map((definition) => [definition.name, definition]));
}

function pathOf(module: string | URL | undefined): string | null {
  if (module === undefined) return null;
  const text = String(module);
  return text.startsWith('file:') ? fileURLToPath(text) : text;
}
