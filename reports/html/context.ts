import type { AvailabilityEvidence } from '../../checkers/availability/evidence.js';
import { findEvidence } from '../../checkers/evidence.js';
import type { CheckResult } from '../../harness/verdict.js';
import { faultSpans, type FaultSpan } from '../data/faults.js';
import { figuresOf, type Figures } from '../data/figures.js';
import type { ReportData } from '../data/report-data.js';
import { viewOf } from '../evidence/registry.js';
import type { EvidenceView } from '../evidence/view/view.js';

/** A check, and how its evidence is shown where it left any. */
export interface ShownCheck {
  check: CheckResult;
  view: EvidenceView | undefined;
}

/** Everything that the sections of a report are made from. */
export interface ReportContext {
  data: ReportData;
  figures: Figures;
  spans: readonly FaultSpan[];
  checks: readonly ShownCheck[];
  /** How fast it recovered from each fault, for the list of faults. */
  availability?: AvailabilityEvidence;
}

export function reportContext(data: ReportData): ReportContext {
  return {
    data,
    figures: figuresOf(data.operations),
    spans: faultSpans(data.schedule),
    checks: data.checks.map((check) => ({ check, view: viewOf(check) })),
    availability: findEvidence(data.checks, 'availability'),
  };
}
