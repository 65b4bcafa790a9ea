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
  /** Checkers that judge the history beside those of the workload, by name. */
  checkers?: readonly string[];
}

/** A planned fault with its time, milliseconds since the load began, as data. */
export interface ScheduledFault extends PlannedFault {
  /** Faults of one lane come one after the other. */
  lane: number;
  startMs: number;
  endMs: number;
}

/** A definition that is not built in, and the module that it was found in. */
export interface DefinitionOrigin {
  /** As in a configuration: `targets`, `workloads`, `nemeses`, … */
  kind: string;
  name: string;
  /** Absolute path of the configuration or module; null where a program gave it and did not say. */
  module: string | null;
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
  /** What of the run is not built in, and where it came from; absent where all is. */
  definitions?: readonly DefinitionOrigin[];
  /** What the runtime knew of the cluster: image, digest, engine; empty where there is nothing to know. */
  cluster: JsonObject;
}
