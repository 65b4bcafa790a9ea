import { Command, Option } from '@commander-js/extra-typings';

import { duration, listed, pairs } from './option-kinds.js';
import { parseCount, parseDuration, parseSize } from './parse.js';

/** Where the defaults of `schism test` and `schism simulate` differ; durations and sizes as they are typed. */
export interface RunDefaults {
  rate: number;
  time: string;
  checkTimeout: string;
  memory: string;
}

/** A command with the options of every run of a cluster, real or simulated; names are looked up later, in one place. */
export function runCommand(name: string, { rate, time, checkTimeout, memory }: RunDefaults) {
  return new Command(name)
    .option('--nodes <n>', 'how many nodes', parseCount(1, 'a number of nodes'), 5)
    .option('--concurrency <n>', 'how many clients', parseCount(1, 'a number of clients'), 10)
    .option('--rate <n>', 'operations per second', parseCount(1, 'a rate'), rate)
    .addOption(duration('--time <duration>', 'how long the load lasts', time))
    .option('--workload <name>', 'what clients do (schism list workloads)', 'register')
    .addOption(pairs('--workload-option <name=value>', 'a choice of the workload'))
    .addOption(listed('--faults <names>', 'faults, as in partition,kill:leader'))
    .addOption(
      duration(
        '--fault-interval <duration>',
        'mean time between a fault and what comes next',
        '2s',
      ),
    )
    .option('--overlap', 'let a fault of nodes and one of the network be in force together')
    .option('--clock-max <duration>', 'put no wall clock off by more (5m)', parseDuration)
    .option(
      '--clock-rate-max <n>',
      'let no clock go so many times too fast or too slow, or more (2)',
      parseCount(2, 'a rate'),
    )
    .option('--seed <n>', 'decides operations and faults', parseCount(0, 'a seed'))
    .option('--durability <mode>', "a durability mode of the target's")
    .addOption(pairs('--set <name=value>', 'a setting of the target'))
    .addOption(listed('--bug <name>', 'build this mistake into our own nodes'))
    .addOption(duration('--operation-timeout <duration>', 'for one operation', '1s'))
    .addOption(
      duration('--check-timeout <duration>', 'for all checkers together, real', checkTimeout),
    )
    .addOption(
      new Option('--memory <size>', 'how much memory a check may take')
        .argParser(parseSize)
        .default(parseSize(memory), memory),
    )
    .option('--runs-dir <path>', 'where run folders are made', 'runs');
}
