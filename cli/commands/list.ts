import type { Command } from '@commander-js/extra-typings';

import { formatTable } from '../../reports/console/table.js';
import type { Output } from '../output.js';
import type { Registries } from '../registries.js';
import { unknownName } from '../usage-error.js';

/** What can be listed, and the rows of each list: a name and what it is. */
const LISTS: Readonly<Record<string, (registries: Registries) => string[][]>> = {
  targets: ({ targets }) =>
    describeAll(
      targets,
      (target) => `${target.description} Versions: ${target.versions.join(', ')}.`,
    ),
  workloads: ({ workloads }) => describeAll(workloads),
  faults: ({ nemeses }) =>
    describeAll(
      nemeses,
      (nemesis) => `${nemesis.description} Variants: ${nemesis.variants.join(', ')}.`,
    ),
  checkers: ({ checkers }) => describeAll(checkers),
  models: ({ models }) => describeAll(models),
  runtimes: ({ runtimes }) => describeAll(runtimes),
  bugs: ({ targets }) =>
    Object.values(targets).flatMap((target) =>
      Object.entries(target.bugs).map(([name, bug]) => [
        `${target.name} ${name}`,
        `${bug.description} Precedent: ${bug.precedent} Found by: ${bug.foundBy}`,
      ]),
    ),
};

function describeAll<T extends { description: string }>(
  registry: Readonly<Record<string, T>>,
  describe: (entry: T) => string = (entry) => entry.description,
): string[][] {
  return Object.entries(registry).map(([name, entry]) => [name, describe(entry)]);
}

/** `schism list WHAT`. */
export function addListCommand(
  program: Command,
  registries: () => Promise<Registries>,
  output: Output,
): void {
  const names = Object.keys(LISTS);
  program
    .command('list')
    .description(`what there is: ${names.join(', ')}`)
    .argument('<what>', names.join(' | '))
    .action(async (what) => {
      if (!Object.hasOwn(LISTS, what)) throw unknownName('list', what, names);
      const columns = [{ title: 'name' }, { title: 'what it is' }];
      for (const line of formatTable(columns, LISTS[what](await registries()))) output.out(line);
    });
}
