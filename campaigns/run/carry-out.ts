import { createRealClock } from '../../harness/environment/real.js';
import { executeRun } from '../../harness/run/run.js';
import type { History } from '../../harness/history/operation.js';
import type { RunResult } from '../../harness/run/result.js';
import type { RunRecord } from '../../harness/run/spec.js';
import type { RunFolder } from '../../harness/store/run-folder.js';
import type { ReportData } from '../../reports/data/report-data.js';
import type { CampaignContext, RunWatch } from '../definitions/context.js';
import { assembleRun, type AssembledRun } from './assemble-run.js';
import { observeRun } from './observers.js';
import type { ResolvedSpec } from './resolve-spec.js';
import { watchHistory } from './watch-history.js';
import { writeReport } from './write-report.js';

/** How a run is carried out, beside what it does. */
export interface RunManner {
  runsDirectory: string;
  /** Judge completed prefixes while the run goes on; `failFast` ends the load at the first violation. */
  online?: boolean;
  failFast?: boolean;
}

/** A run folder, read. */
export interface RunOnDisk {
  folder: RunFolder;
  record: RunRecord;
  history: History;
  result: RunResult;
}

/** A run that is over and reported. */
export interface ReportedRun extends RunOnDisk {
  data: ReportData;
}

/** One run from its spec to its report, with a folder of its own. */
export async function carryOut(
  resolved: ResolvedSpec,
  manner: RunManner,
  context: CampaignContext,
): Promise<ReportedRun> {
  const { registries } = context;
  // The times of a run count from its own beginning.
  const clock = createRealClock();
  const assembled = await assembleRun(resolved, registries, manner.runsDirectory, clock);
  const watch = context.watch?.(resolved.spec) ?? {};
  try {
    return await execute(assembled, manner, { ...context, clock }, watch);
  } finally {
    watch.end?.();
  }
}

async function execute(
  { record, folder, parts }: AssembledRun,
  { online, failFast }: RunManner,
  { registries, clock, stop = NEVER, abandonCheck = NEVER }: CampaignContext,
  watch: RunWatch,
): Promise<ReportedRun> {
  const observer = observeRun(folder, parts.environment.clock, watch);
  const judge =
    online || failFast ? watchHistory(parts, registries, clock, observer.log) : undefined;
  const onStop = (): void => folder.appendLog('stopping: healing, then checking what there is');
  stop.addEventListener('abort', onStop, { once: true });
  try {
    const { result, history } = await executeRun({
      ...parts,
      onEvent: judge?.observe,
      endLoad: failFast ? judge?.violated : undefined,
      observer,
      stop,
      abandonCheck,
    });
    const data = writeReport(folder, record, result, history, ({ message }) => {
      observer.log(`failed: ${message}`);
    });
    return { folder, record, result, history, data };
  } finally {
    stop.removeEventListener('abort', onStop);
    judge?.stop();
  }
}

const NEVER = new AbortController().signal;
