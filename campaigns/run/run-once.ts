import { createRealClock } from '../../harness/environment/real.js';
import { executeRun } from '../../harness/run/run.js';
import { createLiveView } from '../../reports/console/live.js';
import type { ReportData } from '../../reports/data/report-data.js';
import { assembleRun } from './assemble-run.js';
import { listenForInterrupts } from '../../cli/terminal/interrupt.js';
import { createProgress } from '../../cli/terminal/progress.js';
import type { RunOnDisk } from '../check/read-run.js';
import type { Registries } from '../definitions/registries.js';
import type { ResolvedSpec } from './resolve-spec.js';
import { watchHistory } from './watch-history.js';
import { writeReport } from './write-report.js';

export interface RunOnceOptions {
  runsDir: string;
  /** Judge completed prefixes while the run goes on; `failFast` ends the load at the first violation. */
  online?: boolean;
  failFast?: boolean;
}

/** A run that is over and reported. */
export interface ReportedRun extends RunOnDisk {
  data: ReportData;
}

/** A seed for a user who gave none: short enough to be typed again. */
export function freshSeed(): number {
  return createRealClock().wallMs() % 1_000_000;
}

/** One run from its spec to its report, shown live on the error stream; Ctrl-C heals, checks and reports. */
export async function runOnce(
  resolved: ResolvedSpec,
  names: Registries,
  { runsDir, online, failFast }: RunOnceOptions,
): Promise<ReportedRun> {
  const clock = createRealClock();
  const { record, folder, parts } = await assembleRun(resolved, names, runsDir, clock);
  const view = createLiveView(process.stderr, clock);
  const progress = createProgress(view, clock, resolved.spec.timeMs, (line) => {
    folder.appendLog(line);
  });
  const watch =
    online || failFast
      ? watchHistory(parts, names, clock, (line) => progress.log(line))
      : undefined;
  const interrupts = listenForInterrupts((line) => progress.log(line));
  try {
    const { result, history } = await executeRun({
      ...parts,
      onEvent: watch?.observe,
      endLoad: failFast ? watch?.violated : undefined,
      observer: progress,
      stop: interrupts.stop,
      abandonCheck: interrupts.abandon,
    });
    const data = writeReport(folder, record, result, history, ({ message }) => {
      progress.log(`failed: ${message}`);
    });
    return { folder, record, result, history, data };
  } finally {
    watch?.stop();
    progress.end();
    interrupts.release();
  }
}
