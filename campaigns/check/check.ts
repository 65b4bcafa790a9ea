import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { createLinearizabilityChecker } from '../../checkers/linearizability/door/checker.js';
import { ModelError } from '../../checkers/linearizability/core/model-error.js';
import {
  findUnreadable,
  type Unreadable,
} from '../../checkers/linearizability/core/preparation.js';
import type { AnyModel } from '../../checkers/models/model.js';
import type { CheckContext, Checker, CheckProgress } from '../../harness/contracts/checker.js';
import type { HistoryEvent } from '../../harness/history/event.js';
import { HistoryError, type Place } from '../../harness/history/history-error.js';
import type { History } from '../../harness/history/operation.js';
import { toHistory } from '../../harness/history/pair.js';
import { HISTORY_FORMATS, type HistoryFormat, readHistory } from '../../harness/history/read.js';
import { checkHistory } from '../../harness/run/check.js';
import { RUN_FILES } from '../../harness/store/run-folder.js';
import type { CheckResult, Outcome, Verdict } from '../../harness/verdict.js';
import { elapsedMs } from '../../harness/environment/elapsed.js';
import type { CampaignContext } from '../definitions/context.js';
import type { NamedChecker } from '../definitions/given.js';
import type { Registries } from '../definitions/registries.js';
import { lookUp, unknownName, UsageError } from '../definitions/usage-error.js';
import { type Duration, duration, type Size, size } from '../options/kinds.js';
import { judgeAgain } from './judge-again.js';
import { openRun } from './read-run.js';

/** What is to be judged, and by what. */
export interface CheckRequest {
  /** A file, a run folder, or the events themselves. */
  history: string | readonly HistoryEvent[];
  /** What the system promises to be. A run folder knows what its run was judged by. */
  model?: string | AnyModel;
  /** In place of linearizability. */
  checker?: string | NamedChecker;
  /** Of a file; told by its content where it is left out. */
  format?: string;
  /** A minute where it is left out, or what its run had. */
  timeout?: Duration;
  /** Two gibibytes where it is left out, or what its run had. */
  memory?: Size;
}

/** A history that was judged. */
export interface JudgedHistory {
  /** The file that it was read from. */
  file: string | undefined;
  outcome: Outcome;
  /** Why, in a sentence for a person. */
  sentence: string;
  checks: readonly CheckResult[];
  operations: number;
  /** What was mended while it was read. */
  warnings: readonly string[];
  elapsedMs: number;
}

export const CHECK_TIMEOUT = '60s';
export const CHECK_MEMORY = '2g';

/** What a verdict on a history alone means. */
const OUTCOME_OF = {
  valid: 'pass',
  invalid: 'violation',
  unknown: 'inconclusive',
} as const satisfies Record<Verdict, Outcome>;

export interface CheckWatch {
  onProgress?(progress: CheckProgress): void;
}

/**
 * `schism check`: judges one history. Throws a `UsageError` where names are unknown, and a `HistoryError` where it is no
 * history, or none of the model's.
 */
export async function checkCampaign(
  request: CheckRequest,
  context: CampaignContext,
  watch: CheckWatch = {},
): Promise<JudgedHistory> {
  const { clock } = context;
  const start = clock.now();
  const limited = (timeout: Duration, memory: Size): CheckContext => ({
    clock,
    limits: {
      timeMs: duration.read(request.timeout ?? timeout),
      memoryBytes: size.read(request.memory ?? memory),
    },
    signal: context.abandonCheck,
    onProgress: watch.onProgress,
  });
  const folder = runFolderOf(request);
  const judged = folder
    ? await judgeRun(folder, context, limited)
    : await judgeHistory(request, context.registries, limited(CHECK_TIMEOUT, CHECK_MEMORY));
  return { ...judged, elapsedMs: elapsedMs(clock, start) };
}

/** The run folder that is to be judged as its run was, where it or the history in it is given and nobody else is asked. */
function runFolderOf({ history, model, checker }: CheckRequest): string | undefined {
  if (typeof history !== 'string' || model !== undefined || checker !== undefined) return undefined;
  const folder = basename(history) === RUN_FILES.history ? dirname(history) : history;
  return existsSync(join(folder, RUN_FILES.record)) ? folder : undefined;
}

type Judged = Omit<JudgedHistory, 'elapsedMs'>;

async function judgeRun(
  path: string,
  context: CampaignContext,
  limited: (timeMs: number, memoryBytes: number) => CheckContext,
): Promise<Judged> {
  const { folder, record, registries } = await openRun(path, context);
  const file = folder.file('history');
  const { history, warnings } = await readHistory(file, { format: 'jsonl' });
  const { checkTimeMs, checkMemoryBytes } = record.spec;
  const { outcome, sentence, checks } = await judgeAgain(
    { folder, record, history, warnings },
    registries,
    limited(checkTimeMs, checkMemoryBytes),
  );
  return { file, outcome, sentence, checks, operations: history.operations.length, warnings };
}

async function judgeHistory(
  request: CheckRequest,
  registries: Registries,
  limits: CheckContext,
): Promise<Judged> {
  const { checker, model } = judgeOf(request, registries);
  const { file, history, warnings, placeOf } = await historyOf(request);
  const unreadable = model && findUnreadableSafely(model, history);
  if (unreadable) throw new HistoryError(unreadable.reason, placeOf(unreadable.index));
  const [result] = await checkHistory([checker], history, limits);
  return {
    file,
    outcome: OUTCOME_OF[result.verdict],
    sentence: result.summary,
    checks: [result],
    operations: history.operations.length,
    warnings,
  };
}

/** Who judges, and with which model where that is a matter of one. */
interface Judge {
  checker: Checker;
  model?: AnyModel;
}

function judgeOf({ model, checker }: CheckRequest, registries: Registries): Judge {
  if (checker !== undefined) {
    const options = model === undefined ? {} : { model: nameOf(model) };
    const factory =
      typeof checker === 'string'
        ? lookUp('checker', checker, registries.checkers, 'checkers')
        : checker;
    return { checker: factory.create(options) };
  }
  if (model === undefined) {
    throw new UsageError(
      'say what is promised: --model NAME (schism list models), or --checker NAME',
    );
  }
  const found =
    typeof model === 'string' ? lookUp('model', model, registries.models, 'models') : model;
  return { checker: createLinearizabilityChecker({ model: found }), model: found };
}

function nameOf(model: string | AnyModel): string {
  return typeof model === 'string' ? model : model.name;
}

/** A history with where it came from. */
interface FoundHistory {
  file: string | undefined;
  history: History;
  warnings: readonly string[];
  placeOf(index: number): Place | undefined;
}

async function historyOf({ history, format }: CheckRequest): Promise<FoundHistory> {
  const known = knownFormat(format);
  if (typeof history !== 'string') {
    const read = toHistory(history);
    return { file: undefined, history: read, warnings: [], placeOf: () => undefined };
  }
  const file = historyFile(history);
  return { file, ...(await readHistory(file, { format: known })) };
}

function knownFormat(typed: string | undefined): HistoryFormat | undefined {
  if (typed === undefined) return undefined;
  const known = HISTORY_FORMATS.find((format) => format === typed);
  if (known === undefined) throw unknownName('format', typed, HISTORY_FORMATS);
  return known;
}

/** A run folder stands for the history in it. */
function historyFile(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() ? join(path, RUN_FILES.history) : path;
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
