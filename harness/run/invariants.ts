import { z } from 'zod';

import type { BrokenStep, ProtocolWatch } from '../contracts/cluster.js';
import type { CheckResult } from '../verdict.js';
import { formatCount } from '../text/numbers.js';
import { formatTime } from '../text/time.js';

/** The name of this check beside those of the workload's checkers. */
export const INVARIANTS = 'invariants';

/** The `BrokenStep` as evidence. */
export const invariantsEvidenceSchema = z.object({
  kind: z.literal(INVARIANTS),
  node: z.string(),
  /** Nanoseconds since the run began. */
  time: z.number(),
  invariant: z.string(),
  message: z.string(),
}) satisfies z.ZodType<BrokenStep>;

export type InvariantsEvidence = z.infer<typeof invariantsEvidenceSchema>;

/** What a monitor of the protocol has seen, as one more check of the run. */
export function checkInvariants({
  steps,
  broken,
  endedNs,
}: ProtocolWatch): CheckResult<InvariantsEvidence> {
  const watched = `${formatCount(steps)} steps`;
  if (broken) {
    return {
      checker: INVARIANTS,
      verdict: 'invalid',
      summary: describeStep(broken),
      evidence: { kind: INVARIANTS, ...broken },
    };
  }
  const until =
    endedNs === undefined
      ? ''
      : ` until ${formatTime(endedNs)}, when a disk lost what the protocol must be able to rest on`;
  return {
    checker: INVARIANTS,
    verdict: 'valid',
    summary: `${watched} of nodes were watched${until}, and none broke an invariant of the protocol.`,
  };
}

/** The step that broke an invariant, where a run's checks tell of one. */
export function brokenStepIn(checks: readonly CheckResult[]): BrokenStep | undefined {
  return checks
    .map(({ evidence }) => invariantsEvidenceSchema.safeParse(evidence).data)
    .find((step) => step !== undefined);
}

function describeStep({ node, time, message }: BrokenStep): string {
  return `A step of ${node} at ${formatTime(time)} broke an invariant of the protocol: ${message}`;
}
