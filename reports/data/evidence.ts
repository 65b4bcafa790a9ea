import type { AvailabilityEvidence } from '../../checkers/availability/availability.js';
import type { DurabilityEvidence } from '../../checkers/durability/evidence.js';
import type { LinearizabilityEvidence } from '../../checkers/linearizability/core/evidence.js';
import type { StatisticsEvidence } from '../../checkers/statistics/statistics.js';
import type { CheckResult } from '../../harness/verdict.js';

/** Evidence that reports know how to show, by its `kind`. */
interface KnownEvidence {
  linearizability: LinearizabilityEvidence;
  availability: AvailabilityEvidence;
  durability: DurabilityEvidence;
  statistics: StatisticsEvidence;
}

/** The evidence of this kind in the answer of a checker; undefined where it has another one or none. */
export function evidenceOf<Kind extends keyof KnownEvidence>(
  check: CheckResult,
  kind: Kind,
): KnownEvidence[Kind] | undefined {
  // The kind says what shape it has: `CheckResult` leaves that to the checker.
  return check.evidence?.kind === kind ? (check.evidence as KnownEvidence[Kind]) : undefined;
}

/** The first evidence of this kind among several answers. */
export function findEvidence<Kind extends keyof KnownEvidence>(
  checks: readonly CheckResult[],
  kind: Kind,
): KnownEvidence[Kind] | undefined {
  return checks.map((check) => evidenceOf(check, kind)).find((evidence) => evidence !== undefined);
}
