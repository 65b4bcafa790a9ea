import { lookUp } from '../definitions/usage-error.js';
import {
  count,
  duration,
  eachName,
  flag,
  image,
  names,
  type OptionKind,
  pairs,
  share,
  size,
  text,
} from './kinds.js';

/** Where runs are made: of real clusters, or in virtual time. Some defaults differ. */
export type RunPlace = 'test' | 'simulate';

/** One option of a run, as a person types it and as a program gives it. */
export interface RunOption<Value, Given = Value> {
  flag: `--${string}`;
  /** What stands behind the flag; absent where nothing does. */
  argument?: `<${string}>`;
  description: string;
  kind: OptionKind<Value, Given>;
  /** As it is typed. Absent: what is not said is decided later, or left out. */
  default?: string | Readonly<Record<RunPlace, string>>;
  /** What the help says in place of a default that is empty. */
  emptyText?: string;
  /** Means nothing in a simulation. */
  isRealOnly?: true;
}

/** What can be said of a run, in the order of the help: each option once, by the name that it has in a request. */
export const RUN_OPTIONS = {
  /** How many nodes the cluster has. */
  nodes: {
    flag: '--nodes',
    argument: '<n>',
    description: 'how many nodes',
    kind: count(1, 'a number of nodes'),
    default: '5',
  },
  /** How many clients use it at once. */
  concurrency: {
    flag: '--concurrency',
    argument: '<n>',
    description: 'how many clients',
    kind: count(1, 'a number of clients'),
    default: '10',
  },
  /** Operations per second over all clients. */
  rate: {
    flag: '--rate',
    argument: '<n>',
    description: 'operations per second',
    kind: count(1, 'a rate'),
    default: { test: '200', simulate: '100' },
  },
  /** How long the load lasts: '30s', or milliseconds. */
  time: {
    flag: '--time',
    argument: '<duration>',
    description: 'how long the load lasts',
    kind: duration,
    default: { test: '30s', simulate: '60s' },
  },
  /** What clients do, by name. */
  workload: {
    flag: '--workload',
    argument: '<name>',
    description: 'what clients do (schism list workloads)',
    kind: text,
    default: 'register',
  },
  /** Choices of the workload. */
  workloadOptions: {
    flag: '--workload-option',
    argument: '<name=value>',
    description: 'a choice of the workload',
    kind: pairs,
    emptyText: 'none',
  },
  /** Faults by name, each with a variant where only that one is meant: 'kill:leader'. */
  faults: {
    flag: '--faults',
    argument: '<names>',
    description: 'faults, as in partition,kill:leader',
    kind: names,
    emptyText: 'none',
  },
  /** The mean time between a fault and what comes next. */
  faultInterval: {
    flag: '--fault-interval',
    argument: '<duration>',
    description: 'mean time between a fault and what comes next',
    kind: duration,
    default: '2s',
  },
  /** Whether a fault of nodes and one of the network may be in force together. */
  overlap: {
    flag: '--overlap',
    description: 'let a fault of nodes and one of the network be in force together',
    kind: flag,
  },
  /** No wall clock is put off by more. */
  clockMax: {
    flag: '--clock-max',
    argument: '<duration>',
    description: 'put no wall clock off by more (5m)',
    kind: duration,
  },
  /** No clock goes so many times too fast or too slow, or more. */
  clockRateMax: {
    flag: '--clock-rate-max',
    argument: '<n>',
    description: 'let no clock go so many times too fast or too slow, or more (2)',
    kind: count(2, 'a rate'),
  },
  /** Decides operations and faults; a fresh one where it is left out. */
  seed: {
    flag: '--seed',
    argument: '<n>',
    description: 'decides operations and faults',
    kind: count(0, 'a seed'),
  },
  /** A durability mode of the target's. */
  durability: {
    flag: '--durability',
    argument: '<mode>',
    description: "a durability mode of the target's",
    kind: text,
  },
  /** Settings of the target. */
  settings: {
    flag: '--set',
    argument: '<name=value>',
    description: 'a setting of the target',
    kind: pairs,
    emptyText: 'none',
  },
  /** Mistakes that are built into our own nodes. */
  bugs: {
    flag: '--bug',
    argument: '<name>',
    description: 'build this mistake into our own nodes',
    kind: eachName,
    emptyText: 'none',
  },
  /** What one operation may take. */
  operationTimeout: {
    flag: '--operation-timeout',
    argument: '<duration>',
    description: 'for one operation',
    kind: duration,
    default: '1s',
  },
  /** What all checkers together may take, in real time. */
  checkTimeout: {
    flag: '--check-timeout',
    argument: '<duration>',
    description: 'for all checkers together, real',
    kind: duration,
    default: { test: '2m', simulate: '1m' },
  },
  /** How much memory a check may take. */
  memory: {
    flag: '--memory',
    argument: '<size>',
    description: 'how much memory a check may take',
    kind: size,
    default: { test: '2g', simulate: '1g' },
  },
  /** Where run folders are made. */
  runsDirectory: {
    flag: '--runs-dir',
    argument: '<path>',
    description: 'where run folders are made',
    kind: text,
    default: 'runs',
  },
  /** Where the nodes run, by name; the target's own way if left out. */
  runtime: {
    flag: '--runtime',
    argument: '<name>',
    description: "where the nodes run (schism list runtimes); the target's own way if left out",
    kind: text,
    isRealOnly: true,
  },
  /** What the fault `upgrade` has nodes run instead. */
  upgradeTo: {
    flag: '--upgrade-to',
    argument: '<version>',
    description: 'what the fault upgrade has nodes run instead (docker)',
    kind: text,
    isRealOnly: true,
  },
  /** Containers of this image instead of the target's own. */
  image: {
    flag: '--image',
    argument: '<name>',
    description: "run this image instead of the target's own (docker)",
    kind: image,
    isRealOnly: true,
  },
  /** What the container of a node may take. */
  nodeMemory: {
    flag: '--node-memory',
    argument: '<size>',
    description: 'of each node (docker)',
    kind: size,
    isRealOnly: true,
  },
  nodeCpus: {
    flag: '--node-cpus',
    argument: '<n>',
    description: 'of each node (docker)',
    kind: share,
    isRealOnly: true,
  },
  /** Whether containers stay up at the end. */
  keep: {
    flag: '--keep',
    description: 'leave the cluster up at the end, and say how to reach it (docker)',
    kind: flag,
    isRealOnly: true,
  },
  /** Whether completed prefixes are judged while the run goes on. */
  online: {
    flag: '--online',
    description: 'judge completed prefixes while the run goes on',
    kind: flag,
    isRealOnly: true,
  },
  /** Whether the load ends at the first violation. */
  failFast: {
    flag: '--fail-fast',
    description: 'stop the load at the first violation (implies --online)',
    kind: flag,
    isRealOnly: true,
  },
} satisfies Readonly<Record<string, AnyRunOption>>;

/** An option of which nothing is known but that it is one. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a kind is read from and written to with its own value
export type AnyRunOption = RunOption<any, any>;

type Table = typeof RUN_OPTIONS;

export type RunOptionName = keyof Table;

type ValueOf<Option> = Option extends { kind: { parse(text: string): infer Value } }
  ? Value
  : never;
type GivenOf<Option> = Option extends { kind: { given?: infer Given } } ? Given : never;
/** Without a default of its own, and of a kind that has no empty value. */
type IsOptional<Option> = Option extends { default: unknown } | { emptyText: string }
  ? false
  : true;

/** The options of a run with all defaults filled in. */
export type RunOptions = {
  [Name in RunOptionName]: IsOptional<Table[Name]> extends true
    ? ValueOf<Table[Name]> | undefined
    : ValueOf<Table[Name]>;
};

/** What a program may say of a run; what it leaves out has its default. */
export type GivenRunOptions = { [Name in RunOptionName]?: GivenOf<Table[Name]> };

/** The options that mean something there, by name. */
export function optionsFor(place: RunPlace): Readonly<Record<string, AnyRunOption>> {
  const options: [string, AnyRunOption][] = Object.entries(RUN_OPTIONS);
  return Object.fromEntries(
    options.filter(([, option]) => place === 'test' || option.isRealOnly !== true),
  );
}

/** The default of an option as it is typed; undefined where it has none. */
export function defaultOf({ default: value }: AnyRunOption, place: RunPlace): string | undefined {
  return typeof value === 'object' ? value[place] : value;
}

/** Reads what was given and fills the rest in. Throws a `UsageError` on a name or a value that does not fit. */
export function completeOptions(
  given: Readonly<Record<string, unknown>>,
  place: RunPlace,
): RunOptions {
  const options = optionsFor(place);
  for (const name of Object.keys(given)) {
    if (given[name] !== undefined) lookUp('option', name, options);
  }
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, valueOf(option, given[name], place)]),
  ) as RunOptions;
}

function valueOf(option: AnyRunOption, given: unknown, place: RunPlace): unknown {
  if (given !== undefined) return option.kind.read(given);
  const typed = defaultOf(option, place);
  return typed === undefined ? option.kind.empty : option.kind.parse(typed);
}
