import type { Command } from '@commander-js/extra-typings';

import { simulateCampaign, type SimulateResult } from '../../campaigns/simulate/simulate.js';
import { EXIT_CODES } from '../../harness/verdict.js';
import { tallyLines, tallyText } from '../../reports/console/simulation.js';
import { createStatusLine } from '../../reports/console/status-line.js';
import { simulateCommand, simulateRequest } from '../options/simulate-command.js';
import { closingLines } from '../terminal/closing-lines.js';
import { ExitCode } from '../terminal/exit-code.js';
import type { Output } from '../terminal/output.js';
import type { Session } from '../terminal/session.js';

/** `schism simulate TARGET`. */
export function addSimulateCommand(
  program: Command,
  openSession: () => Promise<Session>,
  output: Output,
): void {
  const command = simulateCommand().action(async (target, options) => {
    const session = await openSession();
    const status = createStatusLine(process.stderr, session.clock);
    const release = session.interrupts.listen(status.line);
    try {
      const result = await simulateCampaign(
        simulateRequest(target, options),
        { ...session, say: status.line },
        { onRun: (tally, elapsedNs) => status.show(tallyText(tally, elapsedNs)) },
      );
      status.end();
      for (const line of resultLines(result, output)) output.out(line);
      throw new ExitCode(EXIT_CODES[result.outcome]);
    } finally {
      release();
    }
  });
  program.addCommand(command.copyInheritedSettings(program));
}

function resultLines(
  { run, tally, tookNs, spec, surprise, localReason }: SimulateResult,
  output: Output,
): string[] {
  const failing = surprise?.seed;
  return [
    ...(run ? [...closingLines(run.data, output), ''] : []),
    ...tallyLines(tally, { tookNs, target: spec.target, failing }),
    ...(localReason === undefined ? [] : [localReason]),
  ];
}
