import { Command, Option } from '@commander-js/extra-typings';

import {
  collectNames,
  collectPair,
  parseCount,
  parseDuration,
  parseImage,
  parseShare,
  parseSize,
} from './parse.js';

/** How much memory a check may take unless it is told otherwise. */
const DEFAULT_MEMORY = '2g';

const none: Record<string, string> = {};
const noNames: string[] = [];

/** The options of `schism test`, with their defaults; names are looked up later, all in one place. */
export function testCommandOptions() {
  return new Command('test')
    .description('start a cluster, use it, break it, and judge what its clients saw')
    .argument('<target>', 'a target, or target@version (schism list targets)')
    .option(
      '--runtime <name>',
      "where the nodes run (schism list runtimes); the target's own way if left out",
    )
    .option('--nodes <n>', 'how many nodes', parseCount(1, 'a number of nodes'), 5)
    .option('--concurrency <n>', 'how many clients', parseCount(1, 'a number of clients'), 10)
    .option('--rate <n>', 'operations per second', parseCount(1, 'a rate'), 200)
    .option('--time <duration>', 'how long the load lasts', parseDuration, 30_000)
    .option('--workload <name>', 'what clients do (schism list workloads)', 'register')
    .option('--workload-option <name=value>', 'a choice of the workload', collectPair, none)
    .option('--faults <names>', 'faults, as in partition,kill:leader', collectNames, noNames)
    .option(
      '--fault-interval <duration>',
      'mean time between a fault and what comes next',
      parseDuration,
      2_000,
    )
    .option('--overlap', 'let a fault of nodes and one of the network be in force together')
    .option('--clock-max <duration>', 'put no wall clock off by more (5m)', parseDuration)
    .option('--upgrade-to <version>', 'what the fault upgrade has nodes run instead (docker)')
    .option('--seed <n>', 'decides operations and faults', parseCount(0, 'a seed'))
    .option('--durability <mode>', "a durability mode of the target's")
    .option('--set <name=value>', 'a setting of the target', collectPair, none)
    .option('--bug <name>', 'build this mistake into our own nodes', collectNames, noNames)
    .option('--operation-timeout <duration>', 'for one operation', parseDuration, 1_000)
    .addOption(
      new Option('--check-timeout <duration>', 'for all checkers together')
        .argParser(parseDuration)
        .default(120_000, '2m'),
    )
    .addOption(
      new Option('--memory <size>', 'how much memory a check may take')
        .argParser(parseSize)
        .default(parseSize(DEFAULT_MEMORY), DEFAULT_MEMORY),
    )
    .addOption(
      new Option('--image <name>', "run this image instead of the target's own (docker)").argParser(
        parseImage,
      ),
    )
    .addOption(new Option('--node-memory <size>', 'of each node (docker)').argParser(parseSize))
    .addOption(new Option('--node-cpus <n>', 'of each node (docker)').argParser(parseShare))
    .option('--keep', 'leave the cluster up at the end, and say how to reach it (docker)')
    .option('--online', 'judge completed prefixes while the run goes on')
    .option('--fail-fast', 'stop the load at the first violation (implies --online)')
    .option('--runs-dir <path>', 'where run folders are made', 'runs');
}

export type TestOptions = ReturnType<ReturnType<typeof testCommandOptions>['opts']>;
