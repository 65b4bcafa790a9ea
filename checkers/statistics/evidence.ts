import { z } from 'zod';

/** Counts and latencies of one group of operations. Latencies are in milliseconds, of `ok` ones only. */
const groupStatistics = z.object({
  f: z.string(),
  /** Null for all nodes together. */
  node: z.string().nullable(),
  ok: z.number(),
  fail: z.number(),
  info: z.number(),
  /** Operations that ended in `ok`, a second, over the whole history. */
  okPerSecond: z.number(),
  latencyMs: z
    .object({
      p50: z.number(),
      p90: z.number(),
      p99: z.number(),
      p999: z.number(),
      max: z.number(),
    })
    .nullable(),
});

export const statisticsEvidenceSchema = z.object({
  kind: z.literal('statistics'),
  operations: z.number(),
  durationSeconds: z.number(),
  /** One row for each kind of operation, then one for each kind and node. */
  groups: z.array(groupStatistics),
  neverSucceeded: z.array(z.string()),
});

export type GroupStatistics = z.infer<typeof groupStatistics>;
export type StatisticsEvidence = z.infer<typeof statisticsEvidenceSchema>;
