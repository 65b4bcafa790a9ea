import type { z } from 'zod';

import { EVIDENCE_SCHEMAS, type EvidenceKind, type EvidenceOf } from '../../checkers/evidence.js';
import { type AnyEvidence, evidenceViewSchema } from '../../harness/evidence.js';
import type { CheckResult } from '../../harness/verdict.js';
import { availabilityView } from './kinds/availability.js';
import { durabilityView } from './kinds/durability.js';
import { invariantsView } from './kinds/invariants.js';
import { linearizabilityView } from './kinds/linearizability.js';
import { sessionsView } from './kinds/sessions.js';
import { statisticsView } from './kinds/statistics.js';
import { genericView } from './view/generic.js';
import { plainView } from './view/plain.js';
import type { CheckHead, EvidenceView, LineOptions, ViewMaker } from './view/view.js';

type Views = { readonly [Kind in EvidenceKind]: ViewMaker<EvidenceOf<Kind>> };

/** How evidence of each built-in kind is shown. */
const VIEWS: Views = {
  linearizability: linearizabilityView,
  durability: durabilityView,
  sessions: sessionsView,
  statistics: statisticsView,
  availability: availabilityView,
  invariants: invariantsView,
};

/**
 * How the evidence of a check is shown: by the view that its checker brought, or by that of its kind, or field by field.
 * Undefined where a checker left no evidence.
 */
export function viewOf(check: CheckResult): EvidenceView | undefined {
  const { evidence, view } = check;
  if (view !== undefined) {
    const brought = evidenceViewSchema.safeParse(view);
    if (brought.success) return plainView(brought.data, check);
    return genericView(evidence ?? { kind: check.checker }, check, unusable(brought.error));
  }
  if (evidence === undefined) return undefined;
  return builtInView(evidence, check) ?? genericView(evidence, check);
}

function unusable({ issues }: z.ZodError): string {
  const faults = issues.map(({ path, message }) => `${path.join('.') || 'view'}: ${message}`);
  return `The checker brought a view that cannot be shown (${faults.join('; ')}).`;
}

/** Undefined for evidence of another kind, and for one that has the name of a kind and not its shape. */
function builtInView(evidence: AnyEvidence, check: CheckHead): EvidenceView | undefined {
  return isBuiltIn(evidence.kind) ? viewOfKind(evidence.kind, evidence, check) : undefined;
}

function viewOfKind<Kind extends EvidenceKind>(
  kind: Kind,
  evidence: AnyEvidence,
  check: CheckHead,
): EvidenceView | undefined {
  const schema: z.ZodType<EvidenceOf<Kind>> = EVIDENCE_SCHEMAS[kind];
  const { data } = schema.safeParse(evidence);
  return data && VIEWS[kind](data, check);
}

function isBuiltIn(kind: string): kind is EvidenceKind {
  return Object.hasOwn(VIEWS, kind);
}

/** What speaks against the system, as lines: of each kind of evidence the first, a blank line behind each. */
export function violationLines(checks: readonly CheckResult[], options: LineOptions): string[] {
  const kinds = new Set<string>();
  return checks.flatMap((check) => {
    const lines = viewOf(check)?.violationLines(options) ?? [];
    const kind = check.evidence?.kind ?? check.checker;
    if (check.verdict !== 'invalid' || lines.length === 0 || kinds.has(kind)) return [];
    kinds.add(kind);
    return [...lines, ''];
  });
}
