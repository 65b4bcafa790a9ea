import type { RunSpec } from '../../harness/run/spec.js';
import type { RunOptions } from './run-options.js';

const MEBIBYTE = 2 ** 20;

/** A spec before its target was looked up, which decides what is left out here. */
export interface SpecDraft extends Omit<RunSpec, 'version' | 'runtime' | 'durability'> {
  version?: string;
  runtime?: string;
  durability?: string;
}

/** The options that decide what a run does: what a spec holds, and the replay command says again. */
export type SpecOptions = Omit<
  RunOptions,
  'runsDirectory' | 'keep' | 'online' | 'failFast' | 'checkTimeout' | 'memory'
>;

/** What a run is to do, as its options say. */
export function draftSpec(
  target: string,
  version: string | undefined,
  options: RunOptions,
  freshSeed: () => number,
): SpecDraft {
  const { overlap, clockMax, clockRateMax, upgradeTo, nodeMemory } = options;
  return {
    target,
    version,
    runtime: options.runtime,
    workload: options.workload,
    workloadOptions: options.workloadOptions,
    nodes: options.nodes,
    concurrency: options.concurrency,
    rate: options.rate,
    timeMs: options.time,
    operationTimeoutMs: options.operationTimeout,
    durability: options.durability,
    settings: options.settings,
    bugs: options.bugs,
    faults: options.faults,
    faultIntervalMs: options.faultInterval,
    image: options.image,
    nodeMemoryMiB: nodeMemory === undefined ? undefined : Math.ceil(nodeMemory / MEBIBYTE),
    nodeCpus: options.nodeCpus,
    ...(overlap && { overlap }),
    ...(clockMax !== undefined && { clockMaxMs: clockMax }),
    ...(clockRateMax !== undefined && { clockRateMax }),
    ...(upgradeTo !== undefined && { upgradeTo }),
    seed: options.seed ?? freshSeed(),
    checkTimeMs: options.checkTimeout,
    checkMemoryBytes: options.memory,
  };
}

/** The options that stand for a spec, all defaults among them. */
export function optionsOfSpec(spec: RunSpec): SpecOptions {
  return {
    runtime: spec.runtime,
    workload: spec.workload,
    workloadOptions: { ...spec.workloadOptions },
    nodes: spec.nodes,
    concurrency: spec.concurrency,
    rate: spec.rate,
    time: spec.timeMs,
    operationTimeout: spec.operationTimeoutMs,
    durability: spec.durability,
    settings: { ...spec.settings },
    bugs: [...spec.bugs],
    faults: [...spec.faults],
    faultInterval: spec.faultIntervalMs,
    image: spec.image,
    nodeMemory: spec.nodeMemoryMiB === undefined ? undefined : spec.nodeMemoryMiB * MEBIBYTE,
    nodeCpus: spec.nodeCpus,
    overlap: spec.overlap,
    clockMax: spec.clockMaxMs,
    clockRateMax: spec.clockRateMax,
    upgradeTo: spec.upgradeTo,
    seed: spec.seed,
  };
}
