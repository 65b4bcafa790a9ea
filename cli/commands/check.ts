import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '@commander-js/extra-typings';

import {
  createLinearizabilityChecker,
  type LinearizabilityOptions,
} from '../../checkers/linearizability/checker.js';
import type { LinearizabilityEvidence } from '../../checkers/linearizability/evidence.js';
import { findUnreadable } from '../../checkers/linearizability/preparation.js';
import type { AnyModel } from '../../checkers/models/model.js';
import type { Clock } from '../../harness/environment/environment.js';
import { createRealClock } from '../../harness/environment/real.js';
import { HistoryError } from '../../harness/history/history-error.js';
import { HISTORY_FORMATS, type HistoryFormat, readHistory } from '../../harness/history/read.js';
import { checkHistory } from '../../harness/run/check.js';
import { RUN_FILES } from '../../harness/store/run-folder.js';
import {
  type CheckResult,
  composeOutcomes,
  EXIT_CODES,
  type Outcome,
  type Verdict,
} from '../../harness/verdict.js';
import { formatTable } from '../../reports/console/table.js';
import { violationLines } from '../../reports/console/violation.js';
import type { Output } from '../output.js';
import type { Registries } from '../registries.js';
import { ExitCode } from '../run-program.js';
import { lookUp, unknownName } from '../usage-error.js';
import { checkCommandOptions, type CheckOptions } from './check-options.js';

/** What a verdict on a history alone means for the exit code. */
const OUTCOME_OF = {
  valid: 'pass',
  invalid: 'violation',
  unknown: 'inconclusive',
} as const satisfies Record<Verdict, Outcome>;

interface JudgedFile {
  path: string;
  operations: number;
  result: CheckResult;
  elapsedMs: number;
}

/** `schism check FILE …`. */
export function addCheckCommand(
  program: Command,
  registries: () => Promise<Registries>,
  output: Output,
): void {
  const command = checkCommandOptions().action(async (paths, options) => {
    const model = lookUp('model', options.model, (await registries()).models, 'models');
    const format = knownFormat(options.format);
    const judged: JudgedFile[] = [];
    for (const path of paths) {
      const file = await judgeFile(path, { model }, format, options, output);
      judged.push(file);
      for (const line of storyOf(file, paths.length === 1, output)) output.out(line);
    }
    if (paths.length > 1) for (const line of tableOf(judged)) output.out(line);
    const outcomes = judged.map(({ result }) => OUTCOME_OF[result.verdict]);
    throw new ExitCode(EXIT_CODES[composeOutcomes(outcomes)]);
  });
  program.addCommand(command.copyInheritedSettings(program));
}

function knownFormat(typed: string | undefined): HistoryFormat | undefined {
  if (typed === undefined) return undefined;
  const known = HISTORY_FORMATS.find((format) => format === typed);
  if (known === undefined) throw unknownName('format', typed, HISTORY_FORMATS);
  return known;
}

async function judgeFile(
  typedPath: string,
  { model }: { model: AnyModel },
  format: HistoryFormat | undefined,
  options: CheckOptions,
  output: Output,
): Promise<JudgedFile> {
  const path = historyPath(typedPath);
  const { history, warnings, placeOf } = await readHistory(path, { format });
  for (const warning of warnings) output.error(`${path}: ${warning}`);
  const unreadable = findUnreadable(model, history);
  if (unreadable) throw new HistoryError(unreadable.reason, placeOf(unreadable.index));
  const clock = createRealClock();
  const [result] = await checkHistory([checkerFor(model)], history, context(clock, options));
  return { path, operations: history.operations.length, result, elapsedMs: clock.now() / 1e6 };
}

function checkerFor(model: LinearizabilityOptions['model']) {
  return createLinearizabilityChecker({ model });
}

function context(clock: Clock, options: CheckOptions) {
  return { clock, limits: { timeMs: options.timeout, memoryBytes: options.memory } };
}

/** A run folder stands for the history in it. */
function historyPath(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() ? join(path, RUN_FILES.history) : path;
}

function storyOf({ result }: JudgedFile, alone: boolean, { color, columns }: Output): string[] {
  const evidence = result.evidence as LinearizabilityEvidence | undefined;
  const violation =
    result.verdict === 'invalid' && evidence ? violationLines(evidence, { color, columns }) : [];
  return alone ? [...violation, ...(violation.length > 0 ? [''] : []), result.summary] : [];
}

function tableOf(judged: readonly JudgedFile[]): string[] {
  return formatTable(
    [
      { title: 'history' },
      { title: 'operations', align: 'right' },
      { title: 'verdict' },
      { title: 'ms', align: 'right' },
      { title: 'what was found' },
    ],
    judged.map(({ path, operations, result, elapsedMs }) => [
      path,
      String(operations),
      result.verdict,
      elapsedMs.toFixed(0),
      result.summary,
    ]),
  );
}
