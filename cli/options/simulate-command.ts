import { availableParallelism } from 'node:os';
import { Command, Option } from '@commander-js/extra-typings';

import { count, duration } from '../../campaigns/options/kinds.js';
import type { RunRequest } from '../../campaigns/run/run.js';
import { SIMULATE_RUNS, type SimulateRequest } from '../../campaigns/simulate/simulate.js';
import { addRunOptions, givenRunOptions } from './run-options.js';

/** `schism simulate`, with the options of a run in virtual time and how many runs. */
export function simulateCommand() {
  const command = new Command('simulate')
    .description(
      'run one of our own systems in virtual time, seed after seed, until one run fails; ' +
        'durations are virtual where nothing else is said',
    )
    .argument('<target>', 'a target with nodes of our own (schism list targets)');
  addRunOptions(command, 'simulate');
  return command
    .option('--runs <n>', 'how many seeds', count(1, 'a number of runs').parse, SIMULATE_RUNS)
    .addOption(
      new Option(
        '--for <duration>',
        'go on for so long in place of a number of runs, real',
      ).argParser(duration.parse),
    )
    .option('--keep-going', 'go on behind a run that fails, to count them')
    .option('--no-minimise', 'tell the run that fails as it is')
    .option('--jobs <n>', 'threads', count(1, 'a number of threads').parse, availableParallelism());
}

export type SimulateOptions = ReturnType<ReturnType<typeof simulateCommand>['opts']>;

/** What was typed, as a request. */
export function simulateRequest(target: string, options: SimulateOptions): SimulateRequest {
  const { runs, for: forMs, keepGoing, minimise, jobs } = options;
  const ofRun = givenRunOptions({ ...options }, 'simulate');
  return { target, ...ofRun, runs, for: forMs, keepGoing, minimise, jobs };
}

/** What the rest of a command line says of each run: `raft --bug stale-read --faults kill`. */
export function parseSimulation(args: readonly string[]): RunRequest {
  const command = simulateCommand().exitOverride().parse(args, { from: 'user' });
  const [target] = command.processedArgs;
  return { target, ...givenRunOptions({ ...command.opts() }, 'simulate') };
}
