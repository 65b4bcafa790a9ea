import type { Checker } from '../../harness/contracts/checker.js';
import type { CheckResult, UnknownReason, Verdict } from '../../harness/verdict.js';
import { composeVerdicts } from '../../harness/verdict.js';
import { MODELS } from '../models/catalogue.js';
import type { AnyModel } from '../models/model.js';
import type { EngineName } from './decide.js';
import type { EngineUse, KeyUnknown, LinearizabilityEvidence } from './evidence.js';
import { explainFailure } from './explain/failure.js';
import { showLinearizations } from './explain/success.js';
import { findUnreadable, prepare, type Preparation } from './preparation.js';
import { judgePartitions, type PartitionResult } from './schedule.js';

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
 * return, that the model allows (Herlihy and Wing, 1990)? `evidence` is a `LinearizabilityEvidence`.
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
      const unreadable = findUnreadable(model, history);
      if (unreadable) throw new Error(`event ${unreadable.index}: ${unreadable.reason}`);
      const deadline = context.clock.now() + context.limits.timeMs * 1e6;
      const preparation = prepare(model, history);
      const schedule = { model, engine, all: options.all ?? false };
      const results = await judgePartitions(preparation.partitions, schedule, context);
      const evidence = collectEvidence(model, preparation, results);
      const until = Math.min(deadline, context.clock.now() + EXPLANATION_NS);
      for (const { partition, decision } of results) {
        if (decision.answer.verdict !== 'invalid') continue;
        evidence.failures.push(explainFailure(model, partition, decision, context.clock, until));
      }
      if (evidence.keys.valid === evidence.keys.total) {
        evidence.linearizations = showLinearizations(model, results, context.clock, until);
      }
      return conclude(model, evidence);
    },
  };
}

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
  return results.flatMap(({ partition: { key }, decision }): KeyUnknown[] => {
    const { answer, engine } = decision;
    if (answer.verdict !== 'unknown') return [];
    if (answer.reason === 'model') {
      return [{ key, reason: 'checker failed', detail: answer.detail ?? 'the model failed' }];
    }
    const reason: UnknownReason = answer.reason === 'steps' ? 'time' : answer.reason;
    const detail = reason === 'aborted' ? 'it was stopped' : `${engine} ran out of ${reason}`;
    return [{ key, reason, detail }];
  });
}

function conclude(model: AnyModel, evidence: LinearizabilityEvidence): CheckResult {
  const { keys, failures, unknowns, operations, engines } = evidence;
  const result = { checker: LINEARIZABILITY, evidence };
  const what = `${operations.checked} operations on ${keys.total} ${keys.total === 1 ? 'key' : 'keys'}`;
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
    const first = failures[0];
    const where = first.key === null ? '' : ` on key ${JSON.stringify(first.key)}`;
    const summary = `Not linearizable as a ${model.name}${where}: ${first.sentences[0]}`;
    return { ...result, verdict, summary };
  }
  if (verdict === 'unknown') {
    const reason = unknowns[0]?.reason ?? 'time';
    const why = unknowns[0]?.detail ?? 'the limit of time was reached';
    const summary = `Undecided: ${why}; ${keys.valid} of ${keys.total} keys were found valid (${what}, ${by}).`;
    return { ...result, verdict, unknownReason: reason, summary };
  }
  return { ...result, verdict, summary: `Linearizable as a ${model.name}: ${what} (${by}).` };
}
