import type { JsonValue } from '../../harness/json.js';

/** An acknowledged write that was lost. Times are nanoseconds since the run began. */
export type LostWrite = {
  key: string | null;
  value: JsonValue;
  process: number | string;
  node: string | null;
  acknowledgedAt: number;
  /** The end of the first of the reads from which on nobody has seen it. */
  missedAt: number;
  missedOn: string | null;
  /** The likeliest of the faults that can have lost it; null: no fault was in force at the time. */
  fault: number | null;
  /** How many faults can have lost it. */
  suspects: number;
  /** The mode promises no more than this. */
  promised: boolean;
  /** A write that was called after it was answered, and was answered before the fault, is still there. */
  outOfOrder: boolean;
};

/** What one fault lost. `id` null stands for what was lost though no fault was in force. */
export type LossByFault = {
  id: number | null;
  fault: string | null;
  variant: string | null;
  nodes: string[];
  began: number | null;
  lost: number;
  /** Of these, how many can have been lost by no other fault. */
  certain: number;
  /** How long before the fault the oldest of them had been acknowledged, in milliseconds. */
  windowMs: number | null;
};

/** Writes acknowledged within one stretch of time, and how many of them were lost. Time in nanoseconds. */
export type DurabilityBucket = { time: number; acknowledged: number; lost: number };

export type DurabilityEvidence = {
  kind: 'durability';
  /** The durability mode of the target; null where the history came without one. */
  mode: string | null;
  /** Whether that mode promises that acknowledged writes survive a power cut. */
  survivesPowerLoss: boolean;
  acknowledged: number;
  lost: number;
  /** Of the lost ones, how many the mode does not promise to keep. */
  lostAsPromised: number;
  outOfOrder: number;
  /** Acknowledged and read by nobody since: nothing is known of them. */
  unread: number;
  /** Acknowledged, missed by some reads, and there again later: stale reads, no losses. */
  missed: number;
  unacknowledged: { present: number; absent: number };
  /** Reads of values that nobody had written. */
  phantoms: number;
  powerCuts: number;
  byFault: LossByFault[];
  /** The first of the lost writes; `lost` says how many there are. */
  writes: LostWrite[];
  bucketMs: number;
  buckets: DurabilityBucket[];
};
