import { faultSpans, type FaultSpan } from '../data/faults.js';
import { figuresOf, type Figures } from '../data/figures.js';
import type { AvailabilityEvidence } from '../../checkers/availability/evidence.js';
import { findEvidence } from '../../checkers/evidence.js';
import type { ReportData } from '../data/report-data.js';

/** Everything that the sections of a report are made from. */
export interface ReportContext {
  data: ReportData;
  figures: Figures;
  spans: readonly FaultSpan[];
  availability?: AvailabilityEvidence;
}

export function reportContext(data: ReportData): ReportContext {
  return {
    data,
    figures: figuresOf(data.operations),
    spans: faultSpans(data.schedule),
    availability: findEvidence(data.checks, 'availability'),
  };
}
