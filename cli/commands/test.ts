import type { Command } from '@commander-js/extra-typings';

import type { LinearizabilityEvidence } from '../../checkers/linearizability/evidence.js';
import { createRealClock } from '../../harness/environment/real.js';
import { executeRun } from '../../harness/run/run.js';
import { EXIT_CODES } from '../../harness/verdict.js';
import { createLiveView } from '../../reports/console/live.js';
import { summaryLines } from '../../reports/console/summary.js';
import { violationLines } from '../../reports/console/violation.js';
import type { ReportData } from '../../reports/report-data.js';
import { listenForInterrupts } from '../interrupt.js';
import type { Output } from '../output.js';
import { createProgress } from '../progress.js';
import type { Registries } from '../registries.js';
import { type ResolvedSpec, resolveSpec } from '../resolve-spec.js';
import { ExitCode } from '../run-program.js';
import { assembleRun } from '../assemble-run.js';
import { writeReport } from '../write-report.js';
import { watchHistory } from '../watch-history.js';
import { testCommandOptions, type TestOptions } from './test-options.js';

/** `schism test TARGET`. */
export function addTestCommand(
  program: Command,
  registries: () => Promise<Registries>,
  output: Output,
): void {
  const command = testCommandOptions().action(async (typedTarget, options) => {
    const names = await registries();
    const resolved = resolveSpec(typedTarget, options, names, freshSeed);
    const data = await runOnce(resolved, names, options);
    for (const line of closingLines(data, output)) output.out(line);
    throw new ExitCode(EXIT_CODES[data.outcome.outcome]);
  });
  program.addCommand(command.copyInheritedSettings(program));
}

/** A seed for a user who gave none: short enough to be typed again. */
function freshSeed(): number {
  return createRealClock().wallMs() % 1_000_000;
}

async function runOnce(
  resolved: ResolvedSpec,
  names: Registries,
  { runsDir, online, failFast }: TestOptions,
): Promise<ReportData> {
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
    return writeReport(folder, record, result, history);
  } finally {
    watch?.stop();
    progress.end();
    interrupts.release();
  }
}

function closingLines(data: ReportData, { color, columns }: Output): string[] {
  const evidence = data.checks
    .map((check) => check.evidence)
    .find((found) => found?.kind === 'linearizability' && data.outcome.outcome === 'violation');
  const violation = evidence
    ? [...violationLines(evidence as LinearizabilityEvidence, { color, columns }), '']
    : [];
  return [...violation, ...summaryLines(data, { color })];
}
