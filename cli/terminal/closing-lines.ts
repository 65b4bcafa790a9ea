import { summaryLines } from '../../reports/console/summary.js';
import type { ReportData } from '../../reports/data/report-data.js';
import { violationLines } from '../../reports/evidence/registry.js';
import type { Output } from './output.js';

/** What a run says at its end: what speaks against the system, where anything does, and its five lines. */
export function closingLines(data: ReportData, { color, columns }: Output): string[] {
  return [...violationLines(data.checks, { color, columns }), ...summaryLines(data, { color })];
}
