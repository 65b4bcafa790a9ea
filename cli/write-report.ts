import type { History } from '../harness/history/operation.js';
import type { RunResult } from '../harness/run/result.js';
import type { RunRecord } from '../harness/run/spec.js';
import type { RunFolder } from '../harness/store/run-folder.js';
import { renderReport } from '../reports/html/report.js';
import type { ReportData } from '../reports/report-data.js';
import { reportData } from './report-data.js';

/** Writes the report of a run into its folder, and gives back what it says. */
export function writeReport(
  folder: RunFolder,
  record: RunRecord,
  result: RunResult,
  history: History,
): ReportData {
  const data = reportData(folder, record, result, folder.readSchedule(), history);
  folder.writeReport(renderReport(data));
  return data;
}
