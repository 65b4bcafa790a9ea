import type { z } from 'zod';

import { invariantsEvidenceSchema, type InvariantsEvidence } from '../harness/run/invariants.js';
import type { CheckResult } from '../harness/verdict.js';
import { availabilityEvidenceSchema, type AvailabilityEvidence } from './availability/evidence.js';
import { durabilityEvidenceSchema, type DurabilityEvidence } from './durability/evidence.js';
import {
  linearizabilityEvidenceSchema,
  type LinearizabilityEvidence,
} from './linearizability/core/evidence.js';
import { sessionsEvidenceSchema, type SessionsEvidence } from './sessions/evidence.js';
import { statisticsEvidenceSchema, type StatisticsEvidence } from './statistics/evidence.js';

/** Evidence of the checkers that Schism brings, and of the watch over a protocol's invariants. */
export type BuiltInEvidence =
  | LinearizabilityEvidence
  | DurabilityEvidence
  | SessionsEvidence
  | StatisticsEvidence
  | AvailabilityEvidence
  | InvariantsEvidence;

export type EvidenceKind = BuiltInEvidence['kind'];

export type EvidenceOf<Kind extends EvidenceKind> = Extract<BuiltInEvidence, { kind: Kind }>;

/** How evidence of each kind is read, from a file or from a checker that may be a user's own. */
export const EVIDENCE_SCHEMAS: { readonly [Kind in EvidenceKind]: z.ZodType<EvidenceOf<Kind>> } = {
  linearizability: linearizabilityEvidenceSchema,
  durability: durabilityEvidenceSchema,
  sessions: sessionsEvidenceSchema,
  statistics: statisticsEvidenceSchema,
  availability: availabilityEvidenceSchema,
  invariants: invariantsEvidenceSchema,
};

/** The evidence of this kind in the answer of a checker; undefined where it has another one or none. */
export function evidenceOf<Kind extends EvidenceKind>(
  { evidence }: CheckResult,
  kind: Kind,
): EvidenceOf<Kind> | undefined {
  const schema: z.ZodType<EvidenceOf<Kind>> = EVIDENCE_SCHEMAS[kind];
  return schema.safeParse(evidence).data;
}

/** The first evidence of this kind among several answers. */
export function findEvidence<Kind extends EvidenceKind>(
  checks: readonly CheckResult[],
  kind: Kind,
): EvidenceOf<Kind> | undefined {
  return checks.map((check) => evidenceOf(check, kind)).find((evidence) => evidence !== undefined);
}
