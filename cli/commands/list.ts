import type { Command } from '@commander-js/extra-typings';

import type { Nemesis } from '../../harness/contracts/nemesis.js';
import { workloadsServed } from '../../harness/contracts/operations/serving.js';
import type { Target } from '../../harness/contracts/target.js';
import { formatEntries } from '../terminal/entries.js';
import type { Output } from '../terminal/output.js';
import type { Session } from '../terminal/session.js';
import { listBugs } from '../../campaigns/catalogue/catalogue.js';
import type { Registries } from '../../campaigns/definitions/registries.js';
import { unknownName } from '../../campaigns/definitions/usage-error.js';

/** A name, and what it is. */
type Entry = [name: string, text: string];

/** What can be listed, and the rows of each list: a name and what it is. */
const LISTS: Readonly<Record<string, (registries: Registries) => Entry[]>> = {
  targets: ({ targets, workloads }) =>
    describeAll(targets, (target) => describeTarget(target, workloadsServed(target, workloads))),
  workloads: ({ workloads }) => describeAll(workloads),
  faults: ({ nemeses }) => describeAll(nemeses, describeFault),
  checkers: ({ checkers }) => describeAll(checkers),
  models: ({ models }) => describeAll(models),
  runtimes: ({ runtimes }) => describeAll(runtimes),
  bugs: (registries) =>
    listBugs(registries).map(({ target, name, description, precedent, foundBy }): Entry => [
      `${target} ${name}`,
      `${description}. Precedent: ${precedent}. Found by: ${foundBy}`,
    ]),
};

function describeAll<T extends { description: string }>(
  registry: Readonly<Record<string, T>>,
  describe: (entry: T) => string = (entry) => entry.description,
): Entry[] {
  return Object.entries(registry).map(([name, entry]) => [name, describe(entry)]);
}

function describeTarget(target: Target, workloads: readonly string[]): string {
  const { description, versions, durabilityModes, settings } = target;
  const choices = Object.entries(settings).map(
    ([name, setting]) => `${name}=${setting.values.join('|')}`,
  );
  return [
    `${description}.`,
    `Versions: ${versions.join(', ')}.`,
    `Workloads: ${workloads.join(', ')}.`,
    `Durability modes: ${Object.keys(durabilityModes).join(', ')}.`,
    `Settings: ${choices.join(', ')}.`,
  ].join(' ');
}

function describeFault({ description, variants, onRequest = [] }: Nemesis): string {
  const others = onRequest.length > 0 ? ` When asked for: ${onRequest.join(', ')}.` : '';
  return `${description}. Variants: ${variants.join(', ')}.${others}`;
}

/** `schism list WHAT`. */
export function addListCommand(
  program: Command,
  openSession: () => Promise<Session>,
  output: Output,
): void {
  const names = Object.keys(LISTS);
  program
    .command('list')
    .description(`what there is: ${names.join(', ')}`)
    .argument('<what>', names.join(' | '))
    .action(async (what) => {
      if (!Object.hasOwn(LISTS, what)) throw unknownName('list', what, names);
      const { registries } = await openSession();
      const entries = LISTS[what](registries);
      for (const line of formatEntries(entries, output.columns)) output.out(line);
    });
}
