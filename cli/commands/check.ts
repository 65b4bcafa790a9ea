import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '@commander-js/extra-typings';

import { createLinearizabilityChecker } from '../../checkers/linearizability/door/checker.js';
import type { CheckContext, Checker } from '../../harness/contracts/checker.js';
import { progressText } from '../terminal/progress.js';
import { ModelError } from '../../checkers/linearizability/core/model-error.js';
import {
  findUnreadable,
  type Unreadable,
} from '../../checkers/linearizability/core/preparation.js';
import type { AnyModel } from '../../checkers/models/model.js';
import type { Clock } from '../../harness/environment/environment.js';
import { createRealClock } from '../../harness/environment/real.js';
import { HistoryError } from '../../harness/history/history-error.js';
import type { History } from '../../harness/history/operation.js';
import { HISTORY_FORMATS, type HistoryFormat, readHistory } from '../../harness/history/read.js';
import { checkHistory } from '../../harness/run/check.js';
import { RUN_FILES } from '../../harness/store/run-folder.js';
import {
  type CheckResult,
  composeOutcomes,
  EXIT_CODES,
  EXIT_USAGE,
  type Outcome,
  type Verdict,
} from '../../harness/verdict.js';
import { formatTable } from '../../reports/console/table.js';
import { createLiveView, type LiveView } from '../../reports/console/live.js';
import { checkStory } from '../terminal/check-story.js';
import type { Output } from '../terminal/output.js';
import type { Registries } from '../../campaigns/definitions/registries.js';
import { ExitCode } from '../terminal/exit-code.js';
import { lookUp, unknownName, UsageError } from '../../campaigns/definitions/usage-error.js';
import { checkCommandOptions, type CheckOptions } from '../options/check-options.js';

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

/** One of many files that is not a history, or not one of the model: the others are judged all the same. */
interface RefusedFile {
  path: string;
  refusal: HistoryError;
}

/** `schism check FILE …`. */
export function addCheckCommand(
  program: Command,
  registries: () => Promise<Registries>,
  output: Output,
): void {
  const command = checkCommandOptions().action(async (paths, options) => {
    const judge = judgeOf(options, await registries());
    const format = knownFormat(options.format);
    const files: (JudgedFile | RefusedFile)[] = [];
    for (const path of paths) {
      const judging = judgeFile(path, judge, format, options, output);
      const file = paths.length === 1 ? await judging : await judging.catch(refused(path));
      files.push(file);
      if ('refusal' in file) output.error(`schism: ${file.refusal.message}`);
      else if (paths.length === 1 || options.explain) {
        if (paths.length > 1) output.out(`${file.path}:`);
        for (const line of checkStory(file.result, options.explain ?? false, output)) {
          output.out(line);
        }
      }
    }
    if (paths.length > 1) for (const line of tableOf(files)) output.out(line);
    throw new ExitCode(exitCodeOf(files));
  });
  program.addCommand(command.copyInheritedSettings(program));
}

/** Who judges, and with which model where that is a matter of one. */
interface Judge {
  checker: Checker;
  model?: AnyModel;
}

function judgeOf({ model, checker }: CheckOptions, names: Registries): Judge {
  if (checker !== undefined) {
    const options = model === undefined ? {} : { model };
    return { checker: lookUp('checker', checker, names.checkers, 'checkers').create(options) };
  }
  if (model === undefined) {
    throw new UsageError(
      'say what is promised: --model NAME (schism list models), or --checker NAME',
    );
  }
  const found = lookUp('model', model, names.models, 'models');
  return { checker: createLinearizabilityChecker({ model: found }), model: found };
}

function refused(path: string): (error: unknown) => RefusedFile {
  return (error) => {
    if (error instanceof HistoryError) return { path, refusal: error };
    throw error;
  };
}

/** A violation is masked by nothing, so not by another file that is no history either. */
function exitCodeOf(files: readonly (JudgedFile | RefusedFile)[]): number {
  const judged = files.flatMap((file) => ('refusal' in file ? [] : [file]));
  const outcome = composeOutcomes(judged.map(({ result }) => OUTCOME_OF[result.verdict]));
  const isWhole = judged.length === files.length;
  return isWhole || outcome === 'violation' ? EXIT_CODES[outcome] : EXIT_USAGE;
}

function knownFormat(typed: string | undefined): HistoryFormat | undefined {
  if (typed === undefined) return undefined;
  const known = HISTORY_FORMATS.find((format) => format === typed);
  if (known === undefined) throw unknownName('format', typed, HISTORY_FORMATS);
  return known;
}

async function judgeFile(
  typedPath: string,
  { checker, model }: Judge,
  format: HistoryFormat | undefined,
  options: CheckOptions,
  output: Output,
): Promise<JudgedFile> {
  const path = historyPath(typedPath);
  const { history, warnings, placeOf } = await readHistory(path, { format });
  for (const warning of warnings) output.error(warning);
  const unreadable = model && findUnreadableSafely(model, history);
  if (unreadable) throw new HistoryError(unreadable.reason, placeOf(unreadable.index));
  const clock = createRealClock();
  const view = createLiveView(process.stderr, clock);
  const [result] = await checkHistory([checker], history, context(clock, options, view));
  view.end();
  return { path, operations: history.operations.length, result, elapsedMs: clock.now() / 1e6 };
}

/** A model that fails here fails in the checker too, which makes it an `unknown` and says why. */
function findUnreadableSafely(model: AnyModel, history: History): Unreadable | undefined {
  try {
    return findUnreadable(model, history);
  } catch (error) {
    if (error instanceof ModelError) return undefined;
    throw error;
  }
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

function tableOf(files: readonly (JudgedFile | RefusedFile)[]): string[] {
  return formatTable(
    [
      { title: 'history' },
      { title: 'operations', align: 'right' },
      { title: 'verdict' },
      { title: 'ms', align: 'right' },
      { title: 'what was found' },
    ],
    files.map((file) => {
      if ('refusal' in file) return [file.path, '', 'unreadable', '', file.refusal.message];
      const { path, operations, result, elapsedMs } = file;
      return [path, String(operations), result.verdict, elapsedMs.toFixed(0), result.summary];
    }),
  );
}
