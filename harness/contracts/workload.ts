import type { Random } from '../environment/random.js';
import type { Checker } from './checker.js';
import type { Generator } from './generator.js';
import type { OperationFamily } from './operations/family.js';

/** Something that a user can choose about a workload, as `--workload-option name=value`. */
export interface WorkloadOption {
  description: string;
  default: string;
  /** Families that are needed beside the workload's own where the option has one of these values. */
  needs?: Readonly<Record<string, readonly OperationFamily[]>>;
}

/** A workload with its choices made. */
export interface WorkloadPlan {
  /** What clients do while faults come and go; without a rate and without an end: the run adds both. */
  load: Generator;
  /** What is done after everything was healed, by one client of each node at least; it ends by itself. */
  final: Generator;
  checkers: readonly Checker[];
  /** Whether its checkers know that some durability modes may lose what they acknowledged. */
  weighsLosses?: boolean;
  /** The model that judges it, for `schism check`. */
  model?: string;
}

/** What the target promises in the durability mode that was chosen. */
export interface DurabilityPromise {
  mode: string;
  survivesPowerLoss: boolean;
}

export interface Workload {
  name: string;
  description: string;
  /** The families that its clients are asked for; which of these an operation belongs to says what it may do. */
  needs: readonly OperationFamily[];
  options: Readonly<Record<string, WorkloadOption>>;
  /** @param nodes how many there are; thread t is a client of node t mod `nodes` */
  create(
    options: Readonly<Record<string, string>>,
    random: Random,
    nodes: number,
    promise?: DurabilityPromise,
  ): WorkloadPlan;
}
