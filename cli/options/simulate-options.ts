import { availableParallelism } from 'node:os';
import { Option } from '@commander-js/extra-typings';

import { parseCount, parseDuration } from './parse.js';
import { runCommand } from './run-options.js';

/** The options of `schism simulate`: those of a run, in virtual time, and how many runs. */
export function simulateCommandOptions() {
  const defaults = { rate: 100, time: '60s', checkTimeout: '1m', memory: '1g' };
  return runCommand('simulate', defaults)
    .description(
      'run one of our own systems in virtual time, seed after seed, until one run fails; ' +
        'durations are virtual where nothing else is said',
    )
    .argument('<target>', 'a target with nodes of our own (schism list targets)')
    .option('--runs <n>', 'how many seeds', parseCount(1, 'a number of runs'), 100)
    .addOption(
      new Option(
        '--for <duration>',
        'go on for so long in place of a number of runs, real',
      ).argParser(parseDuration),
    )
    .option('--keep-going', 'go on behind a run that fails, to count them')
    .option('--no-minimise', 'tell the run that fails as it is')
    .option('--jobs <n>', 'threads', parseCount(1, 'a number of threads'), availableParallelism());
}

export type SimulateOptions = ReturnType<ReturnType<typeof simulateCommandOptions>['opts']>;
