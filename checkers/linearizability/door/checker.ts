import type { Checker } from '../../../harness/contracts/checker.js';
import type { History } from '../../../harness/history/operation.js';
import type { CheckResult, Verdict } from '../../../harness/verdict.js';
import { composeVerdicts } from '../../../harness/verdict.js';
import { noun } from '../../../harness/text/numbers.js';
import { instantIn } from '../../../harness/environment/elapsed.js';
import { MODELS } from '../../models/catalogue.js';
import type { AnyModel } from '../../models/model.js';
import { Budget, OutOfBudget } from '../core/budget.js';
import type { EngineName } from '../engines/decide.js';
import type { EngineUse, KeyUnknown, LinearizabilityEvidence } from '../core/evidence.js';
import { explainFailure } from '../explain/failure.js';
import { showLinearizations } from '../explain/success.js';
import { ModelError } from '../core/model-error.js';
import { findUnreadable, prepare, type Preparation } from '../core/preparation.js';
import type { PartitionResult } from '../workers/decisions.js';
import { judgePartitions } from '../workers/schedule.js';

export interface LinearizabilityOptions {
  /** A name of `MODELS`, or a model of the user's own. */
  model: string | AnyModel;
  /** One engine by name; `auto` (the cheapest that is right) where it is absent. */
  engine?: EngineName | 'auto';
  /** Judge every key, also after a violation. */
  all?: boolean;
}

/** Explaining may take this long, and never longer than the limit of time. */
const EXPLANATION_NS = 3e9;

const LINEARIZABILITY = 'linearizability';

/**
 * Is there one order of the operations, key by key, in which each took effect between its call and its
 * return, that the model allows (Herlihy and Wing, 1990)?
 * Throws a RangeError on a model that does not exist; `check` rejects on operations that the model cannot
 * read (see `findUnreadable`).
 */
export function createLinearizabilityChecker(options: LinearizabilityOptions): Checker {
  const model = findModel(options.model);
  const engine = options.engine === 'auto' ? undefined : options.engine;
  return {
    name: LINEARIZABILITY,
    description: `operations take effect one after the other, as a ${model.name} would`,
    check: async (history, context) => {
      const { clock, limits, signal } = context;
      const { timeMs, memoryBytes } = limits;
      const deadline = instantIn(clock, timeMs);
      const budget = new Budget(clock, { deadline, memoryBytes, steps: Infinity, signal });
      const preparation = prepareSafely(model, history, budget);
      if ('verdict' in preparation) return preparation;
      const schedule = { model, engine, all: options.all ?? false, deadline };
      const results = await judgePartitions(preparation.partitions, schedule, context);
      const evidence = collectEvidence(model, preparation, results);
      const until = Math.min(deadline, clock.now() + EXPLANATION_NS);
      for (const { partition, decision } of results) {
        if (decision.answer.verdict !== 'invalid') continue;
        evidence.failures.push(explainFailure(model, partition, decision, clock, until));
      }
      if (evidence.keys.valid === evidence.keys.total) {
        evidence.linearizations = showLinearizations(model, results, clock, until);
      }
      return conclude(model, evidence);
    },
  };
}

/** Or what came out where there was nothing to prepare it with: time ran out, or the model failed. */
function prepareSafely(
  model: AnyModel,
  history: History,
  budget: Budget,
): Preparation | CheckResult {
  try {
    const unreadable = findUnreadable(model, history, budget);
    if (unreadable) throw new Error(`event ${unreadable.index}: ${unreadable.reason}`);
    return prepare(model, history, budget);
  } catch (error) {
    const result = { checker: LINEARIZABILITY, verdict: 'unknown' } as const;
    if (error instanceof ModelError) {
      return {
        ...result,
        unknownReason: 'checker failed',
        summary: `Undecided: ${error.message}.`,
      };
    }
    if (!(error instanceof OutOfBudget)) throw error;
    const reason = budget.stopped === 'aborted' ? 'aborted' : 'time';
    const summary = `Undecided: ${ENDED[reason]} before any of the ${history.operations.length} operations was judged.`;
    return { ...result, unknownReason: reason, summary };
  }
}

/** How a limit is told. */
const ENDED = {
  time: 'time ran out',
  memory: 'memory ran out',
  aborted: 'it was stopped',
} as const;

/** The model behind a name. Throws a RangeError that lists the names. */
export function findModel(model: string | AnyModel): AnyModel {
  if (typeof model !== 'string') return model;
  if (Object.hasOwn(MODELS, model)) return MODELS[model as keyof typeof MODELS];
  throw new RangeError(`no model "${model}"; there are ${Object.keys(MODELS).join(', ')}`);
}

function collectEvidence(
  model: AnyModel,
  preparation: Preparation,
  results: readonly PartitionResult[],
): LinearizabilityEvidence {
  const count = (verdict: Verdict): number =>
    results.filter(({ decision }) => decision.answer.verdict === verdict).length;
  const total = preparation.partitions.length;
  const [valid, invalid] = [count('valid'), count('invalid')];
  return {
    kind: 'linearizability',
    model: model.name,
    keys: { total, valid, invalid, unknown: total - valid - invalid },
    operations: { checked: preparation.checked, dropped: preparation.dropped },
    engines: collectEngines(results),
    failures: [],
    unknowns: collectUnknowns(results),
    linearizations: [],
  };
}

function collectEngines(results: readonly PartitionResult[]): EngineUse[] {
  const uses = new Map<string, EngineUse>();
  for (const { partition, decision } of results) {
    const { engine, why } = decision;
    const use = uses.get(engine) ?? { engine, why, keys: 0, operations: 0 };
    use.keys++;
    use.operations += partition.operations.length;
    uses.set(engine, use);
  }
  return [...uses.values()];
}

function collectUnknowns(results: readonly PartitionResult[]): KeyUnknown[] {
  return results.flatMap(({ partition, decision, longestPrefix }): KeyUnknown[] => {
    const { answer, engine } = decision;
    const { key, operations } = partition;
    if (answer.verdict !== 'unknown') return [];
    if (answer.reason === 'model') {
      return [{ key, reason: 'checker failed', detail: answer.detail ?? 'the model failed' }];
    }
    // Shares of steps are for the schedule, which gives more of them until a limit is reached.
    const reason = answer.reason === 'steps' ? 'time' : answer.reason;
    const prefix = `the longest order found holds ${longestPrefix} of ${operations.length} operations`;
    return [{ key, reason, detail: `${ENDED[reason]} in the engine ${engine}; ${prefix}` }];
  });
}

function conclude(
  model: AnyModel,
  evidence: LinearizabilityEvidence,
): CheckResult<LinearizabilityEvidence> {
  const { keys, failures, unknowns, operations, engines } = evidence;
  const result = { checker: LINEARIZABILITY, evidence };
  const what = `${operations.checked} operations on ${keys.total} ${noun(keys.total, 'key')}`;
  const by = engines.map(({ engine }) => engine).join(' and ');
  if (operations.checked === 0) {
    const summary = `Nothing to judge: no operation of a ${model.name} is known to have happened.`;
    return { ...result, verdict: 'unknown', unknownReason: 'not enough data', summary };
  }
  const verdict = composeVerdicts([
    ...(keys.invalid > 0 ? (['invalid'] as const) : []),
    ...(keys.unknown > 0 ? (['unknown'] as const) : []),
    ...(keys.valid > 0 ? (['valid'] as const) : []),
  ]);
  if (verdict === 'invalid') {
    const [{ key, sentences }] = failures;
    const where = key === null ? '' : ` on key ${JSON.stringify(key)}`;
    const summary = `Not linearizable as ${withArticle(model.name)}${where}: ${sentences[0]}`;
    return { ...result, verdict, summary };
  }
  if (verdict === 'unknown') {
    const [{ reason }] = unknowns;
    return { ...result, verdict, unknownReason: reason, summary: undecided(evidence) };
  }
  return {
    ...result,
    verdict,
    summary: `Linearizable as ${withArticle(model.name)}: ${what} (${by}).`,
  };
}

function undecided({ keys, unknowns }: LinearizabilityEvidence): string {
  const [{ key, detail }] = unknowns;
  const where = key === null ? '' : ` (key ${JSON.stringify(key)})`;
  const others =
    keys.total === 1
      ? ''
      : ` Of ${keys.total} keys ${keys.valid} were found valid, ${unknowns.length} were begun, ` +
        `${keys.unknown - unknowns.length} were not looked at.`;
  return `Undecided: ${detail}${where}.${others}`;
}

function withArticle(name: string): string {
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}
