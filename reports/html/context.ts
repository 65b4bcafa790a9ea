import { faultSpans, type FaultSpan } from '../faults.js';
import { figuresOf, type Figures } from '../figures.js';
import type { AvailabilityEvidence } from '../../checkers/availability.js';
import { findEvidence } from '../evidence.js';
import type { ReportData } from '../report-data.js';

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
