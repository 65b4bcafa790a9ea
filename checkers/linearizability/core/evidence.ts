import { z } from 'zod';

import { anyJson } from '../../../harness/json.js';
import type { OperationType } from '../../../harness/history/operation.js';
import type { UnknownReason } from '../../../harness/verdict.js';

/*
 * What the linearizability checker found, as JSON, for reports and for people.
 */

/** An operation as evidence shows it. `id` is the index of its invocation in the history. */
const evidenceOperation = z.object({
  id: z.number(),
  process: z.union([z.number(), z.string()]),
  node: z.string().nullable(),
  f: z.string(),
  input: anyJson,
  output: anyJson,
  type: z.literal(['ok', 'fail', 'info']) satisfies z.ZodType<OperationType>,
  /** Event indexes; `return` is null where it may take effect at any later time. */
  call: z.number(),
  return: z.number().nullable(),
  /** Nanoseconds since the run began; `endTime` is null where no completion was recorded. */
  startTime: z.number(),
  endTime: z.number().nullable(),
  /** The operation in short, for a label: "write 3", "read → 5", "cas 1 → 2". */
  text: z.string(),
});

/** One step of a linearization: the operation that takes effect, and the state that it leaves. */
const linearizationStep = z.object({ id: z.number(), state: z.string() });

/** Why an operation cannot come next after one partial linearization. */
const obstacle = z.object({
  /** The index into `partialLinearizations`. */
  after: z.number(),
  /** The operation that would have to come next. */
  id: z.number(),
  state: z.string(),
  sentence: z.string(),
});

/** The evidence against one key. */
const keyFailure = z.object({
  /** Null where the history has no keys. */
  key: z.string().nullable(),
  /** The engine that found it, in its name in the registry of engines. */
  engine: z.string(),
  /** How many operations the key has; `operations` is the smallest failing part of them. */
  operationCount: z.number(),
  operations: z.array(evidenceOperation),
  /** Whether another engine found the same of these operations; null where none could. */
  confirmedBy: z.string().nullable(),
  /** Of `operations`: for each of them the longest partial linearization that holds it, without doubles. */
  partialLinearizations: z.array(z.object({ steps: z.array(linearizationStep) })),
  /** Operations (ids) that no longest partial linearization could place. */
  unplaceable: z.array(z.number()),
  obstacles: z.array(obstacle),
  /** How far the whole key could be explained: everything that returned before this event index. */
  longestPrefix: z
    .object({ events: z.number(), operations: z.number(), time: z.number() })
    .nullable(),
  /** What happened, in sentences that a person can check. */
  sentences: z.array(z.string()),
});

/** A key on which no verdict was reached. */
const keyUnknown = z.object({
  key: z.string().nullable(),
  reason: z.literal([
    'time',
    'memory',
    'not enough data',
    'checker failed',
    'aborted',
  ]) satisfies z.ZodType<UnknownReason>,
  detail: z.string(),
});

/** Which engine decided how many keys, and why it was chosen. */
const engineUse = z.object({
  engine: z.string(),
  why: z.string(),
  keys: z.number(),
  operations: z.number(),
});

export const linearizabilityEvidenceSchema = z.object({
  kind: z.literal('linearizability'),
  model: z.string(),
  keys: z.object({
    total: z.number(),
    valid: z.number(),
    invalid: z.number(),
    unknown: z.number(),
  }),
  /** Operations that were judged, and those left out because they certainly did nothing. */
  operations: z.object({ checked: z.number(), dropped: z.number() }),
  engines: z.array(engineUse),
  failures: z.array(keyFailure),
  unknowns: z.array(keyUnknown),
  /** Where the history is valid, explained, and small enough to show: one linearization per key. */
  linearizations: z.array(
    z.object({
      key: z.string().nullable(),
      operations: z.array(evidenceOperation),
      steps: z.array(linearizationStep),
    }),
  ),
});

export type EvidenceOperation = z.infer<typeof evidenceOperation>;
export type LinearizationStep = z.infer<typeof linearizationStep>;
export type Obstacle = z.infer<typeof obstacle>;
export type KeyFailure = z.infer<typeof keyFailure>;
export type KeyUnknown = z.infer<typeof keyUnknown>;
export type EngineUse = z.infer<typeof engineUse>;
export type LinearizabilityEvidence = z.infer<typeof linearizabilityEvidenceSchema>;
