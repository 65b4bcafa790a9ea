import type { Capability } from '../contracts/cluster.js';
import type { CheckProgress } from '../contracts/checker.js';
import type { ClusterSpec, Runtime } from '../contracts/runtime.js';
import type { Forgetting, NemesisContext, ScheduleEntry } from '../contracts/nemesis.js';
import type { Vocabulary } from '../contracts/operations/vocabulary.js';
import type { Target } from '../contracts/target.js';
import type { WorkloadPlan } from '../contracts/workload.js';
import type { Clock, Environment } from '../environment/environment.js';
import type { HistoryEvent } from '../history/event.js';
import type { History } from '../history/operation.js';
import type { JsonObject } from '../json.js';
import type { LoadCounters } from '../scheduler/counters.js';
import type { RunStore } from '../store/run-folder.js';
import type { PhaseName } from './result.js';
import type { RunSpec } from './spec.js';

/** Carries planned faults out beside the clients, and takes every one of them back. */
export interface FaultDriver {
  /** Resolves when the plan is done or the signal is aborted; faults may still be in force then. */
  run(signal: AbortSignal): Promise<void>;
  /** Heals, restarts and resumes everything and measures it; throws where something will not heal. */
  healAll(): Promise<void>;
  /** Planned faults that were never seen to take effect. */
  readonly ineffective: readonly string[];
}

/** What the run wants to hear of its faults. */
export interface FaultListener {
  onSchedule(entry: ScheduleEntry): void;
  /** The faults in force now, as a person would call them. */
  onCurrent(active: readonly string[]): void;
}

/** Told how a run is going. */
export interface RunObserver {
  phase(name: PhaseName): void;
  log(line: string): void;
  faults(active: readonly string[]): void;
  /** The live counters of the load; they go on changing. */
  counters(counters: LoadCounters): void;
  checking(progress: CheckProgress): void;
}

/** Everything that a run is made of: names have become objects. */
export interface RunParts {
  runId: string;
  spec: RunSpec;
  target: Target;
  /** What the planned faults need of the runtime. */
  needs: ReadonlySet<Capability>;
  runtime: Runtime;
  workload: WorkloadPlan;
  /** What the workload asks its clients for. */
  operations: Vocabulary;
  /** What a fault of this name may take from a node's disk; undefined where nothing. */
  forgets(fault: string): Forgetting | undefined;
  createFaults(context: NemesisContext, listener: FaultListener): FaultDriver;
  folder: RunStore;
  environment: Environment;
  /** Present where the environment's clock is virtual: moves it until a phase of the run is over. */
  pace?: <T>(work: Promise<T>) => Promise<T>;
  /** Checking takes real time, whatever time it was that the run took: for its limits. */
  checkClock: Clock;
  observer: RunObserver;
  /** Told what is known of the cluster, and again when it is more: image, digest, engine; the nodes' versions. */
  onFacts(facts: JsonObject): void;
  /** Told of every event of clients, as it is recorded. */
  onEvent?(event: HistoryEvent): void;
  /** Takes back failures that were seen to be false; says what was wrong where there was one. */
  audit(history: History, operations: Vocabulary): { defect: string | undefined; history: History };
  /** Aborted when enough was seen: no more load, the rest as always. */
  endLoad?: AbortSignal;
  /** Aborted by the user: heal, stop, check what there is. */
  stop: AbortSignal;
  /** Aborted by the user a second time: no more checking either. */
  abandonCheck: AbortSignal;
}

/** The target's settings with the run's over its defaults. */
export function completeSettings(
  target: Target,
  settings: Readonly<Record<string, string>>,
): Record<string, string> {
  const defaults = Object.entries(target.settings).map(([name, { default: value }]) => [
    name,
    value,
  ]);
  return { ...(Object.fromEntries(defaults) as Record<string, string>), ...settings };
}

/** What the runtime is asked for. */
export function clusterSpec({ runId, spec, target, needs, folder }: RunParts): ClusterSpec {
  return {
    runId,
    target,
    version: spec.version,
    upgradeTo: spec.upgradeTo,
    nodes: spec.nodes,
    durability: spec.durability,
    settings: completeSettings(target, spec.settings),
    bugs: spec.bugs,
    seed: spec.seed,
    needs,
    directory: folder.path,
  };
}
