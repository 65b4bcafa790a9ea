import { findEvidence } from '../../checkers/evidence.js';
import { summaryLines } from '../../reports/console/summary.js';
import { violationLines } from '../../reports/console/violation.js';
import type { ReportData } from '../../reports/data/report-data.js';
import type { Output } from './output.js';

/** What a run says at its end: a picture of the violation, where there is one, and its five lines. */
export function closingLines(data: ReportData, { color, columns }: Output): string[] {
  const invalid = data.checks.filter(({ verdict }) => verdict === 'invalid');
  const evidence = findEvidence(invalid, 'linearizability');
  const violation = evidence ? [...violationLines(evidence, { color, columns }), ''] : [];
  return [...violation, ...summaryLines(data, { color })];
}
