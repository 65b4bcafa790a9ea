import type { ReportData } from '../../reports/data/report-data.js';
import { readRun } from '../check/read-run.js';
import type { CampaignContext } from '../definitions/context.js';
import { writeReport } from '../run/write-report.js';

export interface ReportRequest {
  /** A run folder. */
  run: string;
  /** Judge the history again; done anyway where the controller was killed. */
  recheck?: boolean;
}

/** `schism report`: a run's report again, from what its folder holds. Throws where it cannot be written. */
export async function reportCampaign(
  { run, recheck }: ReportRequest,
  context: CampaignContext,
): Promise<ReportData> {
  const { folder, record, result, history } = await readRun(run, context, recheck);
  return writeReport(folder, record, result, history, (error) => {
    throw error;
  });
}
