import type { Target } from '../../harness/contracts/target.js';
import type { DockerOptions } from '../../runtimes/docker/cluster.js';
import {
  familiesMissing,
  familiesNeeded,
  workloadsServed,
} from '../../harness/contracts/serving.js';
import type { Workload } from '../../harness/contracts/workload.js';
import { completeSettings } from '../../harness/run/parts.js';
import type { RunSpec } from '../../harness/run/spec.js';
import {
  type FaultSelection,
  parseFaults,
  UnknownFaultError,
} from '../../nemeses/planning/selection.js';
import { enumerate } from '../../reports/text/format.js';
import { checkUpgrade } from './upgrade-choice.js';
import type { TestOptions } from '../../cli/options/test-options.js';
import type { Registries } from '../definitions/registries.js';
import { lookUp, unknownName, UsageError } from '../definitions/usage-error.js';

/** What of the options of a command decides a run. */
export type SpecOptions = Omit<TestOptions, 'runsDir' | 'online' | 'failFast'>;

/** A spec of which every name has been looked up, with what the names stand for. */
export interface ResolvedSpec {
  spec: RunSpec;
  target: Target;
  workload: Workload;
  faults: readonly FaultSelection[];
  /** Matters to the Docker runtime only. */
  containers: DockerOptions;
}

/** Turns what was typed into a spec; throws a `UsageError` with the nearest names where one is unknown. */
export function resolveSpec(
  typedTarget: string,
  options: SpecOptions,
  registries: Registries,
  freshSeed: () => number,
): ResolvedSpec {
  const [name, typedVersion] = typedTarget.split('@', 2);
  const target = lookUp('target', name, registries.targets, 'targets');
  const workload = lookUp('workload', options.workload, registries.workloads, 'workloads');
  checkServed(target, workload, options.workloadOption, registries);
  const runtime = options.runtime ?? (target.command === undefined ? 'docker' : 'process');
  lookUp('runtime', runtime, registries.runtimes, 'runtimes');
  const version = typedVersion ?? target.versions[0];
  if (!target.versions.includes(version)) {
    throw unknownName(`version of ${target.name}`, version, target.versions);
  }
  const durability = options.durability ?? target.defaultDurability;
  lookUp(`durability mode of ${target.name}`, durability, target.durabilityModes);
  checkSettings(target, options.set);
  checkBugs(target, options.bug);
  const refusal = target.refuses?.({
    version,
    durability,
    settings: completeSettings(target, options.set),
  });
  if (refusal !== undefined) throw new UsageError(refusal);
  const faults = selectFaults(options.faults, registries);
  checkUpgrade(target, { ...options, durability, version }, faults);
  checkWorkloadOptions(workload, options.workloadOption);
  const { image, nodeCpus } = options;
  const nodeMemoryMiB =
    options.nodeMemory === undefined ? undefined : Math.ceil(options.nodeMemory / 2 ** 20);
  return {
    target,
    workload,
    containers: { image, memoryMiB: nodeMemoryMiB, cpus: nodeCpus, keep: options.keep },
    faults,
    spec: {
      target: target.name,
      version,
      runtime,
      workload: workload.name,
      workloadOptions: options.workloadOption,
      nodes: options.nodes,
      concurrency: options.concurrency,
      rate: options.rate,
      timeMs: options.time,
      operationTimeoutMs: options.operationTimeout,
      durability,
      settings: options.set,
      bugs: options.bug,
      faults: options.faults,
      faultIntervalMs: options.faultInterval,
      image,
      nodeMemoryMiB,
      nodeCpus,
      ...(options.overlap && { overlap: true }),
      ...(options.clockMax !== undefined && { clockMaxMs: options.clockMax }),
      ...(options.clockRateMax !== undefined && { clockRateMax: options.clockRateMax }),
      ...(options.upgradeTo !== undefined && { upgradeTo: options.upgradeTo }),
      seed: options.seed ?? freshSeed(),
      checkTimeMs: options.checkTimeout,
      checkMemoryBytes: options.memory,
    },
  };
}

/** A spec that was made before, with its names looked up again: that of a run folder, or of a scenario. */
export function resolveAgain(spec: RunSpec, registries: Registries): ResolvedSpec {
  return {
    spec,
    target: lookUp('target', spec.target, registries.targets, 'targets'),
    workload: lookUp('workload', spec.workload, registries.workloads, 'workloads'),
    faults: selectFaults(spec.faults, registries),
    containers: {},
  };
}

/** Throws a `UsageError` where the target's clients cannot be asked for what the workload needs. */
function checkServed(
  target: Target,
  workload: Workload,
  options: Readonly<Record<string, string>>,
  { workloads }: Registries,
): void {
  const asked = `${target.name} cannot serve the workload ${workload.name}`;
  if (familiesMissing(target, familiesNeeded(workload)).length > 0) {
    const serves = workloadsServed(target, workloads).join(', ');
    throw new UsageError(`${asked}; it serves ${serves}`);
  }
  const missing = familiesMissing(target, familiesNeeded(workload, options));
  if (missing.length === 0) return;
  const chosen = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  const names = missing.map(({ name }) => name);
  throw new UsageError(`${asked} with ${enumerate(chosen)}: it has no ${enumerate(names)}`);
}

function checkSettings(target: Target, settings: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(settings)) {
    const setting = lookUp(`setting of ${target.name}`, name, target.settings);
    // A setting without listed values takes any; the target's program checks it.
    if (setting.values.length > 0 && !setting.values.includes(value)) {
      throw unknownName(`value of ${target.name}'s ${name}`, value, setting.values);
    }
  }
}

function checkBugs(target: Target, bugs: readonly string[]): void {
  for (const bug of bugs) lookUp(`bug of ${target.name}`, bug, target.bugs, 'bugs');
}

function selectFaults(typed: readonly string[], { nemeses }: Registries): FaultSelection[] {
  try {
    return parseFaults(typed.join(','), nemeses);
  } catch (error) {
    if (!(error instanceof UnknownFaultError)) throw error;
    throw unknownName(error.kind, error.given, error.valid, 'faults');
  }
}

function checkWorkloadOptions(workload: Workload, options: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(options)) {
    lookUp(`option of the workload ${workload.name}`, name, workload.options);
  }
}
