import type { JsonValue } from '../../../harness/json.js';
import type { OperationType } from '../../../harness/history/operation.js';
import type { UnknownReason } from '../../../harness/verdict.js';

/*
 * What the linearizability checker found, as JSON, for reports and for people. These are type aliases
 * and not interfaces, so that they are assignable to `JsonObject`.
 */

/** An operation as evidence shows it. `id` is the index of its invocation in the history. */
export type EvidenceOperation = {
  id: number;
  process: number | string;
  node: string | null;
  f: string;
  input: JsonValue;
  output: JsonValue;
  type: OperationType;
  /** Event indexes; `return` is null where it may take effect at any later time. */
  call: number;
  return: number | null;
  /** Nanoseconds since the run began; `endTime` is null where no completion was recorded. */
  startTime: number;
  endTime: number | null;
  /** The operation in short, for a label: "write 3", "read → 5", "cas 1 → 2". */
  text: string;
};

/** One step of a linearization: the operation that takes effect, and the state that it leaves. */
export type LinearizationStep = { id: number; state: string };

/** An order in which some of the operations can have taken effect, one after the other. */
export type PartialLinearization = { steps: LinearizationStep[] };

/** Why an operation cannot come next after one partial linearization. */
export type Obstacle = {
  /** The index into `partialLinearizations`. */
  after: number;
  /** The operation that would have to come next. */
  id: number;
  state: string;
  sentence: string;
};

/** The evidence against one key. */
export type KeyFailure = {
  /** Null where the history has no keys. */
  key: string | null;
  /** The engine that found it, in its name in the registry of engines. */
  engine: string;
  /** How many operations the key has; `operations` is the smallest failing part of them. */
  operationCount: number;
  operations: EvidenceOperation[];
  /** Whether another engine found the same of these operations; null where none could. */
  confirmedBy: string | null;
  /** Of `operations`: for each of them the longest partial linearization that holds it, without doubles. */
  partialLinearizations: PartialLinearization[];
  /** Operations (ids) that no longest partial linearization could place. */
  unplaceable: number[];
  obstacles: Obstacle[];
  /** How far the whole key could be explained: everything that returned before this event index. */
  longestPrefix: { events: number; operations: number; time: number } | null;
  /** What happened, in sentences that a person can check. */
  sentences: string[];
};

/** A key on which no verdict was reached. */
export type KeyUnknown = { key: string | null; reason: UnknownReason; detail: string };

/** Which engine decided how many keys, and why it was chosen. */
export type EngineUse = { engine: string; why: string; keys: number; operations: number };

export type LinearizabilityEvidence = {
  kind: 'linearizability';
  model: string;
  keys: { total: number; valid: number; invalid: number; unknown: number };
  /** Operations that were judged, and those left out because they certainly did nothing. */
  operations: { checked: number; dropped: number };
  engines: EngineUse[];
  failures: KeyFailure[];
  unknowns: KeyUnknown[];
  /** Where the history is valid, explained, and small enough to show: one linearization per key. */
  linearizations: {
    key: string | null;
    operations: EvidenceOperation[];
    steps: LinearizationStep[];
  }[];
};
