import { z } from 'zod';

import { anyJson } from '../../harness/json.js';

/** An acknowledged write that was lost. Times are nanoseconds since the run began. */
const lostWrite = z.object({
  key: z.string().nullable(),
  value: anyJson,
  process: z.union([z.number(), z.string()]),
  node: z.string().nullable(),
  acknowledgedAt: z.number(),
  /** The end of the first of the reads from which on nobody has seen it. */
  missedAt: z.number(),
  missedOn: z.string().nullable(),
  /** The likeliest of the faults that can have lost it; null: no fault was in force at the time. */
  fault: z.number().nullable(),
  /** How many faults can have lost it. */
  suspects: z.number(),
  /** The mode promises no more than this. */
  promised: z.boolean(),
  /** A write that was called after it was answered, and was answered before the fault, is still there. */
  outOfOrder: z.boolean(),
});

/** What one fault lost. `id` null stands for what was lost though no fault was in force. */
const lossByFault = z.object({
  id: z.number().nullable(),
  fault: z.string().nullable(),
  variant: z.string().nullable(),
  nodes: z.array(z.string()),
  began: z.number().nullable(),
  lost: z.number(),
  /** Of these, how many can have been lost by no other fault. */
  certain: z.number(),
  /** How long before the fault the oldest of them had been acknowledged, in milliseconds. */
  windowMs: z.number().nullable(),
});

/** Writes acknowledged within one stretch of time, and how many of them were lost. Time in nanoseconds. */
const bucket = z.object({ time: z.number(), acknowledged: z.number(), lost: z.number() });

export const durabilityEvidenceSchema = z.object({
  kind: z.literal('durability'),
  /** The durability mode of the target; null where the history came without one. */
  mode: z.string().nullable(),
  /** Whether that mode promises that acknowledged writes survive a power cut. */
  survivesPowerLoss: z.boolean(),
  acknowledged: z.number(),
  lost: z.number(),
  /** Of the lost ones, how many the mode does not promise to keep. */
  lostAsPromised: z.number(),
  outOfOrder: z.number(),
  /** Acknowledged and read by nobody since: nothing is known of them. */
  unread: z.number(),
  /** Acknowledged, missed by some reads, and there again later: stale reads, no losses. */
  missed: z.number(),
  unacknowledged: z.object({ present: z.number(), absent: z.number() }),
  /** Reads of values that nobody had written. */
  phantoms: z.number(),
  powerCuts: z.number(),
  byFault: z.array(lossByFault),
  /** The first of the lost writes; `lost` says how many there are. */
  writes: z.array(lostWrite),
  bucketMs: z.number(),
  buckets: z.array(bucket),
});

export type LostWrite = z.infer<typeof lostWrite>;
export type LossByFault = z.infer<typeof lossByFault>;
export type DurabilityBucket = z.infer<typeof bucket>;
export type DurabilityEvidence = z.infer<typeof durabilityEvidenceSchema>;
