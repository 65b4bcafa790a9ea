import type { Checker } from '../../harness/contracts/checker.js';
import type { ContainerOptions } from '../../harness/contracts/runtime.js';
import {
  familiesMissing,
  familiesNeeded,
  workloadsServed,
} from '../../harness/contracts/operations/serving.js';
import type { Target } from '../../harness/contracts/target.js';
import type { Workload } from '../../harness/contracts/workload.js';
import { completeSettings } from '../../harness/run/parts.js';
import type { RunSpec } from '../../harness/run/spec.js';
import {
  type FaultSelection,
  parseFaults,
  NoLeaderError,
  UnknownFaultError,
} from '../../nemeses/planning/selection.js';
import { enumerate } from '../../harness/text/sentences.js';
import type { Registries } from '../definitions/registries.js';
import { lookUp, unknownName, UsageError } from '../definitions/usage-error.js';
import type { SpecDraft } from '../options/spec-options.js';
import { checkUpgrade } from './upgrade-choice.js';

/** A spec of which every name has been looked up, with what the names stand for. */
export interface ResolvedSpec {
  spec: RunSpec;
  target: Target;
  workload: Workload;
  faults: readonly FaultSelection[];
  /** Beside those of the workload. */
  checkers: readonly Checker[];
  containers: ContainerOptions;
}

/**
 * Looks up every name of a draft, fills in what its target decides, and refuses what does not go together: throws a
 * `UsageError`, with the nearest names where one is unknown.
 */
export function resolveSpec(draft: SpecDraft, registries: Registries): ResolvedSpec {
  const target = lookUp('target', draft.target, registries.targets, 'targets');
  const workload = lookUp('workload', draft.workload, registries.workloads, 'workloads');
  checkServed(target, workload, draft.workloadOptions, registries);
  const runtime = draft.runtime ?? (canBeProcess(target) ? 'process' : 'docker');
  lookUp('runtime', runtime, registries.runtimes, 'runtimes');
  const version = draft.version ?? target.versions[0];
  if (!target.versions.includes(version)) {
    throw unknownName(`version of ${target.name}`, version, target.versions);
  }
  const durability = draft.durability ?? target.defaultDurability;
  lookUp(`durability mode of ${target.name}`, durability, target.durabilityModes);
  const spec = { ...draft, target: target.name, version, runtime, durability };
  checkSettings(target, spec.settings);
  checkBugs(target, spec.bugs);
  const settings = completeSettings(target, spec.settings);
  const refusal = target.refuses?.({ version, durability, settings });
  if (refusal !== undefined) throw new UsageError(refusal);
  const resolved = lookUpParts(spec, target, workload, registries);
  checkUpgrade(target, spec, resolved.faults);
  checkWorkloadOptions(workload, spec.workloadOptions);
  return resolved;
}

/** A spec that was made before, with its names looked up again: that of a run folder, or of a scenario. */
export function resolveAgain(spec: RunSpec, registries: Registries): ResolvedSpec {
  const target = lookUp('target', spec.target, registries.targets, 'targets');
  const workload = lookUp('workload', spec.workload, registries.workloads, 'workloads');
  return lookUpParts(spec, target, workload, registries);
}

function lookUpParts(
  spec: RunSpec,
  target: Target,
  workload: Workload,
  registries: Registries,
): ResolvedSpec {
  const { image, nodeMemoryMiB: memoryMiB, nodeCpus: cpus } = spec;
  return {
    spec,
    target,
    workload,
    faults: selectFaults(spec.faults, target, registries),
    checkers: chooseCheckers(spec, registries),
    containers: { image, memoryMiB, cpus },
  };
}

/** The checkers that a run has beside those of its workload. */
export function chooseCheckers({ checkers = [] }: RunSpec, registries: Registries): Checker[] {
  return checkers.map((name) =>
    lookUp('checker', name, registries.checkers, 'checkers').create({}),
  );
}

/** Whether nodes of a target can be child processes, for which nothing need be installed. */
function canBeProcess({ starts: { program, command } }: Target): boolean {
  return program !== undefined || command !== undefined;
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

function selectFaults(
  typed: readonly string[],
  { name, leadership }: Target,
  { nemeses }: Registries,
): FaultSelection[] {
  try {
    return parseFaults(typed.join(','), nemeses, leadership !== undefined);
  } catch (error) {
    if (error instanceof NoLeaderError) {
      throw new UsageError(
        `the fault ${error.given} goes by who leads, and of ${name} nobody knows who does`,
      );
    }
    if (!(error instanceof UnknownFaultError)) throw error;
    throw unknownName(error.kind, error.given, error.valid, 'faults');
  }
}

function checkWorkloadOptions(workload: Workload, options: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(options)) {
    lookUp(`option of the workload ${workload.name}`, name, workload.options);
  }
}
