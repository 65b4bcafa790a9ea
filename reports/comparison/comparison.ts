import type { RunSpec } from '../../harness/run/spec.js';
import { composeOutcomes, type Outcome } from '../../harness/verdict.js';
import type { ComparedRun } from './compared-run.js';

/** A figure over several runs. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

/** Every figure that is compared, from one run; null where the run does not have it. */
const FIGURES = {
  acknowledged: ({ durability }) => durability?.acknowledged ?? null,
  lost: ({ durability }) => durability?.lost ?? null,
  lostShare: ({ durability }) =>
    durability && durability.lost !== null ? durability.lost / durability.acknowledged : null,
  windowMs: ({ durability }) => durability?.windowMs ?? null,
  okPerSecond: ({ okPerSecond }) => okPerSecond,
  p50: ({ p50 }) => p50,
  p99: ({ p99 }) => p99,
  p999: ({ p999 }) => p999,
  availability: ({ availability }) => availability,
  recoveryMs: ({ recoveryMs }) => recoveryMs,
} satisfies Record<string, (run: ComparedRun) => number | null>;

export type FigureName = keyof typeof FIGURES;

/** Runs that differ in nothing but their seed. */
export interface ComparedGroup {
  label: string;
  target: string;
  runs: readonly ComparedRun[];
  outcome: Outcome;
  /** Whether the mode promises to survive a power cut; null where no run says. */
  survivesPowerLoss: boolean | null;
  /** Acknowledged writes that were lost against the promise, over all runs. */
  broken: number;
  figures: Readonly<Record<FigureName, Spread | null>>;
}

export interface Comparison {
  groups: readonly ComparedGroup[];
  /** What all runs have in common, as name and value. */
  common: readonly (readonly [name: string, value: string])[];
  seeds: readonly number[];
  outcome: Outcome;
}

/** Groups runs by everything but their seed, in the order in which they come. */
export function compareRuns(runs: readonly ComparedRun[]): Comparison {
  const bySpec = new Map<string, ComparedRun[]>();
  for (const run of runs) {
    const facts = factsOf(run.spec);
    const id = JSON.stringify(facts);
    bySpec.set(id, [...(bySpec.get(id) ?? []), run]);
  }
  const groups = [...bySpec.values()];
  const varying = varyingFacts(groups.map(([run]) => factsOf(run.spec)));
  return {
    groups: groups.map((own) => groupOf(own, labelOf(own[0].spec, varying))),
    common: Object.entries(factsOf(runs[0].spec)).filter(
      ([name, value]) => !varying.has(name) && !IN_LABEL.has(name) && value !== '',
    ),
    seeds: [...new Set(runs.map(({ spec }) => spec.seed))].sort((a, b) => a - b),
    outcome: composeOutcomes(runs.map(({ outcome }) => outcome)),
  };
}

/** What makes two runs comparable as one, as a person would say it. */
function factsOf(spec: RunSpec): Record<string, string> {
  const pairs = (values: Readonly<Record<string, string>>): string =>
    Object.entries(values)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join(' ');
  return {
    target: spec.target,
    version: spec.version,
    durability: spec.durability,
    runtime: spec.runtime,
    workload: [spec.workload, pairs(spec.workloadOptions)].join(' ').trim(),
    faults: spec.faults.join(','),
    'fault interval': `${spec.faultIntervalMs / 1000} s`,
    nodes: String(spec.nodes),
    clients: String(spec.concurrency),
    rate: `${spec.rate}/s`,
    time: `${spec.timeMs / 1000} s`,
    settings: pairs(spec.settings),
    bugs: spec.bugs.join(','),
  };
}

/** Always said of a group, whether it varies or not. */
const IN_LABEL: ReadonlySet<string> = new Set(['target', 'version', 'durability']);

function varyingFacts(all: readonly Record<string, string>[]): Set<string> {
  const names = Object.keys(all[0]);
  return new Set(names.filter((name) => new Set(all.map((facts) => facts[name])).size > 1));
}

/** `etcd@3.4 default`, and what else sets it apart: `raft batch (nodes 5)`. */
function labelOf(spec: RunSpec, varying: ReadonlySet<string>): string {
  const facts = factsOf(spec);
  const version = varying.has('version') && spec.version !== 'built-in' ? `@${spec.version}` : '';
  const more = [...varying]
    .filter((name) => !IN_LABEL.has(name))
    .map((name) => `${name} ${facts[name] === '' ? 'none' : facts[name]}`);
  const rest = more.length > 0 ? ` (${more.join(', ')})` : '';
  return `${spec.target}${version} ${spec.durability}${rest}`;
}

function groupOf(runs: readonly ComparedRun[], label: string): ComparedGroup {
  const names = Object.keys(FIGURES) as FigureName[];
  const figures = names.map((name) => [name, spreadOf(runs.map(FIGURES[name]))]);
  const judged = runs.flatMap(({ durability }) => durability ?? []);
  return {
    label,
    target: runs[0].spec.target,
    runs,
    outcome: composeOutcomes(runs.map(({ outcome }) => outcome)),
    survivesPowerLoss: judged.length > 0 ? judged[0].survivesPowerLoss : null,
    broken: judged.reduce((sum, { lost, lostAsPromised }) => sum + (lost ?? 0) - lostAsPromised, 0),
    figures: Object.fromEntries(figures) as Record<FigureName, Spread | null>,
  };
}

function spreadOf(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (known.length === 0) return null;
  const [low, high] = [known[(known.length - 1) >> 1], known[known.length >> 1]];
  return { median: (low + high) / 2, least: known[0], most: known[known.length - 1] };
}
