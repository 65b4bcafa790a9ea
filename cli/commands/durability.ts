import { type Command, Option } from '@commander-js/extra-typings';

import {
  DURABILITY_DEFAULTS,
  DURABILITY_RUNS,
  durabilityCampaign,
} from '../../campaigns/durability/durability.js';
import { count, names } from '../../campaigns/options/kinds.js';
import { EXIT_CODES } from '../../harness/verdict.js';
import { comparisonLines } from '../../reports/comparison/console.js';
import { givenRunOptions, parserOf, runOption } from '../options/run-options.js';
import { ExitCode } from '../terminal/exit-code.js';
import type { Output } from '../terminal/output.js';
import type { Session } from '../terminal/session.js';

/** The options of `schism durability`, with their defaults. */
function durabilityCommand(program: Command) {
  const { nodes, concurrency, rate, time, faults, faultInterval } = DURABILITY_DEFAULTS;
  return program
    .command('durability')
    .description('what each durability mode loses, and what it costs: all modes side by side')
    .argument('<targets...>', 'targets, or target@version (schism list targets)')
    .addOption(
      new Option('--mode <names>', 'only these durability modes')
        .argParser(parserOf(names))
        .default(names.empty, 'all'),
    )
    .option('--runs <n>', 'runs of each mode', count(1, 'a number of runs').parse, DURABILITY_RUNS)
    .addOption(runOption('time', { description: 'how long the load of a run lasts', typed: time }))
    .addOption(runOption('faults', { description: 'faults of each run', typed: faults }))
    .addOption(
      runOption('faultInterval', { description: 'mean time between faults', typed: faultInterval }),
    )
    .addOption(runOption('nodes', { typed: String(nodes) }))
    .addOption(runOption('concurrency', { typed: String(concurrency) }))
    .addOption(runOption('rate', { typed: String(rate) }))
    .addOption(
      runOption('runtime', {
        description: "where the nodes run; each target's own way if left out",
      }),
    )
    .addOption(runOption('seed', { description: 'of the first run; the next has the next' }))
    .addOption(runOption('runsDirectory', { description: 'where run folders and the page go' }));
}

/** `schism durability TARGET …`. */
export function addDurabilityCommand(
  program: Command,
  openSession: () => Promise<Session>,
  output: Output,
): void {
  durabilityCommand(program).action(async (targets, typed) => {
    const options = givenRunOptions(typed, 'test');
    const request = { ...options, targets, modes: typed.mode, runs: typed.runs };
    const { comparison, page } = await durabilityCampaign(request, await openSession());
    for (const line of comparisonLines(comparison, output)) output.out(line);
    output.out(`Page     ${page}`);
    throw new ExitCode(EXIT_CODES[comparison.outcome]);
  });
}
