import type { History } from '../../harness/history/operation.js';
import type { RunResult } from '../../harness/run/result.js';
import type { RunRecord } from '../../harness/run/spec.js';
import { StorageError, type RunFolder } from '../../harness/store/run-folder.js';
import { renderReport } from '../../reports/html/report.js';
import type { ReportData } from '../../reports/data/report-data.js';
import { reportData } from './report-data.js';

/**
 * Writes the report of a run into its folder, and gives back what it says. Where it cannot be written, `failed`
 * is told: a run's verdict is worth more than its report.
 */
export function writeReport(
  folder: RunFolder,
  record: RunRecord,
  result: RunResult,
  history: History,
  failed: (error: StorageError) => void,
): ReportData {
  const data = reportData(folder, record, result, folder.readSchedule(), history);
  try {
    folder.writeReport(renderReport(data));
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    failed(error);
    return { ...data, unwritten: true };
  }
  return data;
}
