import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '@commander-js/extra-typings';

import { createLinearizabilityChecker } from '../../checkers/linearizability/checker.js';
import type { CheckContext } from '../../harness/contracts/checker.js';
import { progressText } from '../progress.js';
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
import { createLiveView, type LiveView } from '../../reports/console/live.js';
import { checkStory } from '../check-story.js';
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

/** There are no clients while a file is judged. */
const NO_LOAD = { ok: 0, fail: 0, info: 0, open: 0, operationsPerSecond: 0, faults: [] };

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
      if (paths.length === 1 || options.explain) {
        if (paths.length > 1) output.out(`${file.path}:`);
        for (const line of checkStory(file.result, options.explain ?? false, output)) {
          output.out(line);
        }
      }
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
  const view = createLiveView(process.stderr, clock);
  const [result] = await checkHistory(
    [createLinearizabilityChecker({ model })],
    history,
    context(clock, options, view),
  );
  view.end();
  return { path, operations: history.operations.length, result, elapsedMs: clock.now() / 1e6 };
}

/** Progress is for people who wait at a terminal; a log gets the verdict alone. */
function context(clock: Clock, { timeout, memory }: CheckOptions, view: LiveView): CheckContext {
  const limits = { timeMs: timeout, memoryBytes: memory };
  if (!process.stderr.isTTY) return { clock, limits };
  view.phase('check');
  return {
    clock,
    limits,
    onProgress: (progress) => view.tick({ ...NO_LOAD, detail: progressText(progress) }),
  };
}

/** A run folder stands for the history in it. */
function historyPath(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() ? join(path, RUN_FILES.history) : path;
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
