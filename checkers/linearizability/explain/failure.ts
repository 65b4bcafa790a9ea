import type { Clock } from '../../../harness/environment/environment.js';
import type { Operation } from '../../../harness/history/operation.js';
import { isObserver, type AnyModel } from '../../models/model.js';
import type { Decision, EngineName } from '../engines/decide.js';
import type { Answer } from '../core/engine.js';
import type { KeyFailure, Obstacle } from '../core/evidence.js';
import type { Partition } from '../core/preparation.js';
import { findPartials } from '../engines/search/general.js';
import { Judge } from './judge.js';
import { findObstacles, showOrders, type ShownOrder } from './obstacles.js';
import { findFirstFailure } from './prefix.js';
import { reduce } from './reduce.js';
import { explainByTimes, introduce } from './sentences.js';
import { showOperation } from './show.js';

/** Evidence of more operations than this shows the last ones only. */
const SHOWN_OPERATIONS = 200;

/** Of more operations than this not each is looked at for what it could have to do with a failure. */
const MANY = 200_000;

/**
 * The evidence against one partition that an engine found invalid, as small as time allows. A violation is
 * told also where it cannot be explained, because a user's model fails then.
 */
export function explainFailure(
  model: AnyModel,
  partition: Partition,
  decision: Decision,
  clock: Clock,
  deadline: number,
): KeyFailure {
  const { answer } = decision;
  if (answer.verdict !== 'invalid') throw new TypeError('there is no failure to explain');
  try {
    return explain(model, partition, decision.engine, answer, clock, deadline);
  } catch (error) {
    return unexplained(partition, decision.engine, error);
  }
}

function unexplained({ key, operations }: Partition, engine: string, error: unknown): KeyFailure {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    key,
    engine,
    operationCount: operations.length,
    operations: [],
    confirmedBy: null,
    partialLinearizations: [],
    unplaceable: [],
    obstacles: [],
    longestPrefix: null,
    sentences: [
      `No order of these ${operations.length} operations explains their answers.`,
      `The explanation failed: ${reason}`,
    ],
  };
}

function explain(
  model: AnyModel,
  partition: Partition,
  engine: string,
  answer: Extract<Answer, { verdict: 'invalid' }>,
  clock: Clock,
  deadline: number,
): KeyFailure {
  const { operations } = partition;
  const judge = new Judge(model, clock, deadline);
  const named = (answer.culprits ?? []).map((index) => operations[index]);
  const suspects = judge.isInvalid(named) ? named : [];
  const latest = lastEnd(suspects.length > 0 ? suspects : operations);
  // A third of the time for where it began, so that there is some left for why.
  const now = clock.now();
  const early = new Judge(model, clock, Math.min(deadline, now + (deadline - now) / 3));
  const failing = findFirstFailure(early, operations, answer.stuckAt, latest);
  const before = operations.filter((each) => each.call < (failing?.return ?? latest));
  const smallest = addContext(judge, reduce(judge, before, suspects), before);
  const orders = findOrders(judge, smallest);
  const unplaceable = findUnplaceable(smallest, orders);
  const obstacles = findObstacles(model, smallest, orders);
  return {
    key: partition.key,
    engine,
    operationCount: operations.length,
    operations: smallest.slice(-SHOWN_OPERATIONS).map((each) => showOperation(model, each)),
    confirmedBy: confirm(judge, smallest, engine),
    partialLinearizations: orders.map(({ steps }) => ({ steps })),
    unplaceable: unplaceable.map((each) => each.call),
    obstacles,
    longestPrefix: failing ? measurePrefix(operations, failing) : null,
    sentences: tell(judge, operations, smallest, blocking(unplaceable, obstacles), answer.sentence),
  };
}

function lastEnd(operations: readonly Operation[]): number {
  let last = 0;
  for (const { call, return: end } of operations) {
    last = Math.max(last, end === Infinity ? call : end);
  }
  return last;
}

/** Another engine's name where it agrees; the general search is the first choice, being the simplest. */
function confirm(judge: Judge, operations: readonly Operation[], found: string): string | null {
  const others: EngineName[] = ['general', 'just-in-time'];
  return others.find((name) => name !== found && judge.isInvalid(operations, name)) ?? null;
}

/** Definite operations that are in none of the longest orders. */
function findUnplaceable(
  operations: readonly Operation[],
  orders: readonly ShownOrder[],
): Operation[] {
  if (orders.length === 0) return [];
  const longest = orders[0].indexes.length;
  const placed = new Set(
    orders.filter(({ indexes }) => indexes.length === longest).flatMap(({ indexes }) => indexes),
  );
  return operations.filter((each, i) => each.return !== Infinity && !placed.has(i));
}

/** Of those that have no place, the ones that would have had to come next; the turn of the others never came. */
function blocking(
  unplaceable: readonly Operation[],
  obstacles: readonly Obstacle[],
): readonly Operation[] {
  const next = unplaceable.filter(({ call }) => obstacles.some(({ id }) => id === call));
  return next.length > 0 ? next : unplaceable;
}

function measurePrefix(
  operations: readonly Operation[],
  failing: Operation,
): KeyFailure['longestPrefix'] {
  const explained = operations.filter((each) => each.return < failing.return).length;
  return { events: failing.return, operations: explained, time: failing.endTime };
}

/** The longest partial linearizations; none where there are too many operations to try them all. */
function findOrders(judge: Judge, operations: readonly Operation[]): ShownOrder[] {
  if (operations.length > SHOWN_OPERATIONS) return [];
  const orders = findPartials({ model: judge.model, operations }, judge.budget());
  return showOrders(judge.model, operations, orders);
}

/**
 * Adds, for what needs a state that nothing of the choice leaves, the last operation that left it: not
 * part of the proof, but a reader wants to see where the value came from, or whose lock is given back.
 */
function addContext(
  judge: Judge,
  choice: readonly Operation[],
  before: readonly Operation[],
): Operation[] {
  const { model } = judge;
  const key = (state: unknown): string | undefined =>
    state === undefined ? undefined : model.stateKey(state);
  const updates = choice.filter((each) => !isObserver(model, each));
  const left = new Set(updates.map((each) => key(model.leaves?.(each))));
  const added = new Set(choice);
  for (const needy of choice.slice(-SHOWN_OPERATIONS)) {
    if (judge.outOfTime) break;
    const needs = key(model.needs?.(needy));
    if (needs === undefined || left.has(needs)) continue;
    const source = before.findLast(
      (each) =>
        !isObserver(model, each) && each.return < needy.call && key(model.leaves?.(each)) === needs,
    );
    if (source) added.add(source);
  }
  return [...added].sort((a, b) => a.call - b.call);
}

/** Where times alone tell why, the engine's conflict says the same in a roundabout way, and is left out. */
function tell(
  judge: Judge,
  known: readonly Operation[],
  shown: readonly Operation[],
  unplaceable: readonly Operation[],
  conflict: string | undefined,
): string[] {
  const { model } = judge;
  const others = known.length > MANY ? [] : shown.slice(-SHOWN_OPERATIONS);
  for (const each of [...unplaceable, ...others]) {
    if (judge.outOfTime) break;
    const byTimes = explainByTimes(model, known, each, shown);
    if (byTimes !== undefined) return [byTimes];
  }
  const sentences: string[] = [];
  if (unplaceable.length > 0) {
    const which = unplaceable.slice(0, 3).map((each) => introduce(model, each));
    sentences.push(`${which.join(' and ')} cannot be placed in any order of the rest.`);
  }
  if (conflict !== undefined) {
    sentences.push(`${conflict[0].toUpperCase()}${conflict.slice(1)}.`);
  }
  if (sentences.length === 0) {
    sentences.push(`No order of these ${shown.length} operations explains their answers.`);
  }
  return sentences;
}
