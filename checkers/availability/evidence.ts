import { z } from 'zod';

/** Operations that ended within one stretch of time, by how they ended. Times are nanoseconds. */
const bucket = z.object({ time: z.number(), ok: z.number(), fail: z.number(), info: z.number() });

/** What a fault did, from its injection to the first success after its healing. */
const faultRecovery = z.object({
  id: z.number(),
  fault: z.string(),
  variant: z.string().nullable(),
  nodes: z.array(z.string()),
  injectedAt: z.number(),
  /** Null where it was never healed. */
  healedAt: z.number().nullable(),
  /** Operations that succeeded between injection and healing. */
  okDuring: z.number(),
  /** From the healing to the first operation that was called after it and succeeded; null where none did. */
  recoveryMs: z.number().nullable(),
});

export const availabilityEvidenceSchema = z.object({
  kind: z.literal('availability'),
  bucketMs: z.number(),
  buckets: z.array(bucket),
  /** Of the operations that ended, the share that ended in `ok`. */
  okShare: z.number(),
  /** The longest time in which no operation succeeded though the run went on. */
  longestGap: z.object({ fromTime: z.number(), milliseconds: z.number() }).nullable(),
  recoveries: z.array(faultRecovery),
});

export type AvailabilityBucket = z.infer<typeof bucket>;
export type FaultRecovery = z.infer<typeof faultRecovery>;
export type AvailabilityEvidence = z.infer<typeof availabilityEvidenceSchema>;
