import type { PlannedFault } from '../contracts/nemesis.js';
import type { JsonObject } from '../json.js';

/**
 * Everything that decides what a run does. It is written to `run.json` as it is, and a run made from it
 * again plans the same operations and the same faults.
 */
export interface RunSpec {
  target: string;
  version: string;
  runtime: string;
  workload: string;
  workloadOptions: Readonly<Record<string, string>>;
  nodes: number;
  concurrency: number;
  /** Operations per second over all clients. */
  rate: number;
  timeMs: number;
  operationTimeoutMs: number;
  durability: string;
  /** Only what the user set; the target's defaults fill the rest. */
  settings: Readonly<Record<string, string>>;
  bugs: readonly string[];
  /** As typed: `partition`, or `kill:leader` for one variant. */
  faults: readonly string[];
  /** Mean time from one fault to the next. */
  faultIntervalMs: number;
  /** Of containers: an image instead of the target's own, and what each node may take. */
  image?: string;
  nodeMemoryMiB?: number;
  nodeCpus?: number;
  /** A fault of nodes and one of the network may be in force together. Absent: no. */
  overlap?: boolean;
  /** No wall clock is put off by more; absent in runs that are older than this. */
  clockMaxMs?: number;
  /** No clock is made to go faster or slower by a greater factor; absent: two. */
  clockRateMax?: number;
  /** What the fault `upgrade` has nodes run instead of `version`. */
  upgradeTo?: string;
  seed: number;
  checkTimeMs: number;
  checkMemoryBytes: number;
  /** The faults to carry out, in place of those that the seed would plan: what a minimiser has left. */
  plan?: readonly ScheduledFault[];
  /** The load ends after so many operations, if its time is not over before. */
  operations?: number;
}

/** A planned fault with its time, milliseconds since the load began, as data. */
export interface ScheduledFault extends PlannedFault {
  /** Faults of one lane come one after the other. */
  lane: number;
  startMs: number;
  endMs: number;
}

/** Where and with what a run was made: written beside the spec. */
export interface RunRecord {
  /** Of the run folder; absent in format 1. */
  format?: number;
  id: string;
  spec: RunSpec;
  startedAt: string;
  schismVersion: string;
  nodeVersion: string;
  platform: string;
  replayCommand: string;
  /** What the runtime knew of the cluster: image, digest, engine; empty where there is nothing to know. */
  cluster: JsonObject;
}

/** What `--option` a field of the spec is, with how its value is written. */
function optionsOf(spec: RunSpec): (string | undefined)[] {
  const pairs = (option: string, values: Readonly<Record<string, string>>): string[] =>
    Object.entries(values).map(([name, value]) => `${option} ${quote(`${name}=${value}`)}`);
  return [
    `--runtime ${spec.runtime}`,
    `--nodes ${spec.nodes}`,
    `--concurrency ${spec.concurrency}`,
    `--rate ${spec.rate}`,
    `--time ${duration(spec.timeMs)}`,
    `--workload ${spec.workload}`,
    ...pairs('--workload-option', spec.workloadOptions),
    `--operation-timeout ${duration(spec.operationTimeoutMs)}`,
    `--durability ${quote(spec.durability)}`,
    ...pairs('--set', spec.settings),
    ...spec.bugs.map((bug) => `--bug ${bug}`),
    spec.faults.length > 0 ? `--faults ${spec.faults.join(',')}` : undefined,
    `--fault-interval ${duration(spec.faultIntervalMs)}`,
    spec.image === undefined ? undefined : `--image ${quote(spec.image)}`,
    spec.nodeMemoryMiB === undefined ? undefined : `--node-memory ${spec.nodeMemoryMiB}m`,
    spec.nodeCpus === undefined ? undefined : `--node-cpus ${spec.nodeCpus}`,
    spec.overlap ? '--overlap' : undefined,
    spec.clockMaxMs === undefined ? undefined : `--clock-max ${duration(spec.clockMaxMs)}`,
    spec.clockRateMax === undefined ? undefined : `--clock-rate-max ${spec.clockRateMax}`,
    spec.upgradeTo === undefined ? undefined : `--upgrade-to ${spec.upgradeTo}`,
    `--seed ${spec.seed}`,
  ];
}

/** The command that makes this run again: the same operations and faults, planned from the same seed. */
export function replayCommand(spec: RunSpec): string {
  const target = `${spec.target}@${spec.version}`;
  const options = optionsOf(spec).filter((option) => option !== undefined);
  return `npx schism test ${target} ${options.join(' ')}`;
}

/** In seconds where that is a whole number. */
function duration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** A word that a POSIX shell reads as one word. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
