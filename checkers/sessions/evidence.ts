import { z } from 'zod';

/** What a session was promised and did not get, as one operation shows it. */
const brokenSession = z.object({
  promise: z.literal([
    'watch before data',
    'ephemeral lifetime',
    'session ownership',
    'single system image',
  ]),
  /** Null where the client had none. */
  session: z.number().nullable(),
  /** The index of the event that shows it. */
  event: z.number(),
  sentence: z.string(),
  /**
   * The operation that shows it: when it was answered (nanoseconds since the run began), and by whom, through which node and of
   * which key it was. Results that were written before these fields were do not have them.
   */
  time: z.number().nullable().default(null),
  process: z.union([z.number(), z.string()]).nullable().default(null),
  node: z.string().nullable().default(null),
  key: z.string().nullable().default(null),
});

export const sessionsEvidenceSchema = z.object({
  kind: z.literal('sessions'),
  broken: z.number(),
  /** The first of them, by their events. */
  first: z.array(brokenSession),
});

export type BrokenSession = z.infer<typeof brokenSession>;
export type SessionsEvidence = z.infer<typeof sessionsEvidenceSchema>;
