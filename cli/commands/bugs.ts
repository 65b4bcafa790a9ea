import type { Command } from '@commander-js/extra-typings';

import { plural } from '../../harness/text/numbers.js';
import { formatEntries } from '../terminal/entries.js';
import { type BugEntry, listBugs } from '../../campaigns/catalogue/catalogue.js';
import type { MeasuredBug } from '../../campaigns/definitions/measured-bugs.js';
import type { Output } from '../terminal/output.js';
import type { Session } from '../terminal/session.js';

/** `schism bugs [TARGET]`. */
export function addBugsCommand(
  program: Command,
  openSession: () => Promise<Session>,
  output: Output,
): void {
  program
    .command('bugs')
    .description('the mistakes that can be built into our own nodes, and how each was found')
    .argument('[target]', 'only those of this target')
    .action(async (wanted) => {
      const { registries } = await openSession();
      const bugs = listBugs(registries, wanted);
      if (bugs.length === 0) output.out(`no mistakes can be built into ${wanted ?? 'any target'}`);
      for (const target of new Set(bugs.map((bug) => bug.target))) {
        const own = bugs.filter((bug) => bug.target === target);
        output.out(`${target}: ${plural(own.length, 'seeded bug')}\n`);
        const entries = own.map((bug) => [bug.name, describe(bug)] as const);
        for (const line of formatEntries(entries, output.columns)) output.out(line);
        output.out('');
      }
      output.out(
        'Measured by `npm run bench -- bugs`; a run of your own: the command behind "Found by".',
      );
    });
}

function describe({ description, precedent, foundBy, measured }: BugEntry): string {
  const sentences = [
    `${description}. Precedent: ${precedent}. Found by: ${foundBy}.`,
    measured?.simulated && simulatedText(measured.simulated),
    measured?.real && realText(measured.real),
    measured === undefined ? 'Not measured yet.' : undefined,
  ];
  return sentences.filter((sentence) => sentence !== undefined).join(' ');
}

/** `In simulation: 10 of 10 searches, after 3 runs (median), by linearizability (8) and log matching (2).` */
function simulatedText(figures: NonNullable<MeasuredBug['simulated']>): string {
  const { searches, found, medianRuns, foundByClients, medianRunsByClients, by } = figures;
  if (found === 0) return `In simulation: not found in ${plural(searches, 'search', 'searches')}.`;
  const ways = Object.entries(by).map(([name, count]) => `${name} (${count})`);
  return (
    `In simulation: found by ${found} of ${plural(searches, 'search', 'searches')}, ` +
    `after ${plural(medianRuns, 'run')} (median), by ${ways.join(', ')}; what clients saw was enough in ` +
    (foundByClients === 0
      ? 'none.'
      : `${foundByClients}, after ${plural(medianRunsByClients, 'run')} (median).`)
  );
}

function realText({ runs, foundIn }: NonNullable<MeasuredBug['real']>): string {
  return foundIn === null
    ? `Not seen in ${plural(runs, 'real run')}.`
    : `Real runs: found by number ${foundIn} of at most ${runs}.`;
}
