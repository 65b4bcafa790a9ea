import type { RunSpec } from '../../harness/run/spec.js';
import { type AnyRunOption, RUN_OPTIONS } from './run-options.js';
import { optionsOfSpec, type SpecOptions } from './spec-options.js';

/** In the order of the command. */
const PRINTED = [
  'runtime',
  'nodes',
  'concurrency',
  'rate',
  'time',
  'workload',
  'workloadOptions',
  'operationTimeout',
  'durability',
  'settings',
  'bugs',
  'faults',
  'faultInterval',
  'image',
  'nodeMemory',
  'nodeCpus',
  'overlap',
  'clockMax',
  'clockRateMax',
  'upgradeTo',
  'seed',
] as const satisfies readonly (keyof SpecOptions)[];

/** The command that makes this run again: the same operations and faults, planned from the same seed. */
export function replayCommand(spec: RunSpec): string {
  const options = optionsOfSpec(spec);
  const words = PRINTED.flatMap((name) => printOption(RUN_OPTIONS[name], options[name]));
  return `npx schism test ${spec.target}@${spec.version} ${words.join(' ')}`;
}

/** An option with its value, as it is typed; nothing where it was not used. */
export function printOption({ kind, flag }: AnyRunOption, value: unknown): string[] {
  return value === undefined ? [] : kind.print(flag, value);
}
