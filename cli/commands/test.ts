import type { Command } from '@commander-js/extra-typings';

import type { LinearizabilityEvidence } from '../../checkers/linearizability/evidence.js';
import { EXIT_CODES } from '../../harness/verdict.js';
import { summaryLines } from '../../reports/console/summary.js';
import { violationLines } from '../../reports/console/violation.js';
import type { ReportData } from '../../reports/report-data.js';
import type { Output } from '../output.js';
import type { Registries } from '../registries.js';
import { resolveSpec } from '../resolve-spec.js';
import { freshSeed, runOnce } from '../run-once.js';
import { ExitCode } from '../run-program.js';
import { testCommandOptions } from './test-options.js';

/** `schism test TARGET`. */
export function addTestCommand(
  program: Command,
  registries: () => Promise<Registries>,
  output: Output,
): void {
  const command = testCommandOptions().action(async (typedTarget, options) => {
    const names = await registries();
    const resolved = resolveSpec(typedTarget, options, names, freshSeed);
    const { data } = await runOnce(resolved, names, options);
    for (const line of closingLines(data, output)) output.out(line);
    throw new ExitCode(EXIT_CODES[data.outcome.outcome]);
  });
  program.addCommand(command.copyInheritedSettings(program));
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
