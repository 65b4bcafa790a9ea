import { availableParallelism } from 'node:os';
import { Command, Option } from '@commander-js/extra-typings';

import { collectNames, collectPair, parseCount, parseDuration, parseSize } from '../parse.js';

/** How much memory the check of one run may take unless it is told otherwise. */
const DEFAULT_MEMORY = '1g';

const none: Record<string, string> = {};
const noNames: string[] = [];

/** The options of `schism simulate`: those of `schism test` that mean something there, and how many runs. */
export function simulateCommandOptions() {
  return new Command('simulate')
    .description('run one of our own systems in virtual time, seed after seed, until one run fails')
    .argument('<target>', 'a target with nodes of our own (schism list targets)')
    .option('--runs <n>', 'how many seeds', parseCount(1, 'a number of runs'), 100)
    .addOption(
      new Option('--for <duration>', 'go on for so long in place of a number of runs').argParser(
        parseDuration,
      ),
    )
    .option('--keep-going', 'go on behind a run that fails, to count them')
    .option('--no-minimise', 'tell the run that fails as it is')
    .option('--jobs <n>', 'threads', parseCount(1, 'a number of threads'), availableParallelism())
    .option('--nodes <n>', 'how many nodes', parseCount(1, 'a number of nodes'), 5)
    .option('--concurrency <n>', 'how many clients', parseCount(1, 'a number of clients'), 10)
    .option('--rate <n>', 'operations per virtual second', parseCount(1, 'a rate'), 100)
    .option('--time <duration>', 'how long the load lasts, virtual', parseDuration, 60_000)
    .option('--workload <name>', 'what clients do (schism list workloads)', 'register')
    .option('--workload-option <name=value>', 'a choice of the workload', collectPair, none)
    .option('--faults <names>', 'faults, as in partition,kill:leader', collectNames, noNames)
    .option(
      '--fault-interval <duration>',
      'mean time between a fault and what comes next, virtual',
      parseDuration,
      2_000,
    )
    .option('--overlap', 'let a fault of nodes and one of the network be in force together')
    .option('--clock-max <duration>', 'put no wall clock off by more (5m)', parseDuration)
    .option('--seed <n>', 'the first seed', parseCount(0, 'a seed'))
    .option('--durability <mode>', "a durability mode of the target's")
    .option('--set <name=value>', 'a setting of the target', collectPair, none)
    .option('--bug <name>', 'build this mistake into the nodes', collectNames, noNames)
    .option('--operation-timeout <duration>', 'for one operation, virtual', parseDuration, 1_000)
    .addOption(
      new Option('--check-timeout <duration>', 'for all checkers of one run together, real')
        .argParser(parseDuration)
        .default(60_000, '1m'),
    )
    .addOption(
      new Option('--memory <size>', 'how much memory the check of one run may take')
        .argParser(parseSize)
        .default(parseSize(DEFAULT_MEMORY), DEFAULT_MEMORY),
    )
    .option('--runs-dir <path>', 'where the folder of a run that fails is made', 'runs');
}

export type SimulateOptions = ReturnType<ReturnType<typeof simulateCommandOptions>['opts']>;
