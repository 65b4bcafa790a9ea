import { MISMATCH } from '../../../harness/history/event.js';
import type { History, Operation } from '../../../harness/history/operation.js';
import { isObserver, type AnyModel } from '../../models/model.js';
import type { Budget } from './budget.js';
import { hooked } from './model-error.js';

/** The operations of one part of a history that a model judges by itself, by invocation. */
export interface Partition {
  key: string | null;
  operations: Operation[];
}

/** A history made ready: only operations that matter, part by part. */
export interface Preparation {
  partitions: Partition[];
  checked: number;
  dropped: number;
}

/** Something that the model cannot read. `index` is that of the event which says it. */
export interface Unreadable {
  index: number;
  reason: string;
}

/**
 * The first operation of the history that is not in the model's language; undefined where all are. Throws a
 * `ModelError` where the model throws, and `OutOfBudget`.
 */
export function findUnreadable(
  model: AnyModel,
  history: History,
  budget?: Budget,
): Unreadable | undefined {
  for (const operation of history.operations) {
    budget?.work();
    if (!Object.hasOwn(model.operations, operation.f)) {
      const known = Object.keys(model.operations).join(', ');
      const reason = `the model ${model.name} knows no "${operation.f}"; it knows ${known}`;
      return { index: operation.call, reason };
    }
    const reason = matters(model, operation) ? complaint(model, operation) : undefined;
    if (reason !== undefined) return { index: placeOfFault(model, operation), reason };
  }
  return undefined;
}

function complaint(model: AnyModel, operation: Operation): string | undefined {
  return hooked(model, operation, () => model.complaint?.(operation));
}

/** What is still wrong without an answer is wrong with the question. */
function placeOfFault(model: AnyModel, operation: Operation): number {
  if (operation.return === Infinity) return operation.call;
  const asked: Operation = { ...operation, type: 'info', output: undefined, return: Infinity };
  return complaint(model, asked) === undefined ? operation.return : operation.call;
}

/**
 * Whether the operation says anything: what failed never happened, unless its failure was an
 * observation; what changes nothing and has no answer is as good as never asked.
 */
export function matters(model: AnyModel, operation: Operation): boolean {
  if (operation.type === 'ok') return true;
  if (operation.type === 'info') return !isObserver(model, operation);
  return operation.error?.code === MISMATCH && (model.mismatches?.includes(operation.f) ?? false);
}

/**
 * Drops what says nothing, and splits the rest as the model allows. Throws a `ModelError` where the model
 * throws, and `OutOfBudget`.
 */
export function prepare(model: AnyModel, history: History, budget?: Budget): Preparation {
  const parts = new Map<string | null, Operation[]>();
  let checked = 0;
  let lastKey: string | null = null;
  let last: Operation[] | undefined;
  for (const operation of history.operations) {
    budget?.work();
    if (!matters(model, operation)) continue;
    checked++;
    const key = hooked(model, operation, partOf);
    if (last === undefined || key !== lastKey) {
      last = parts.get(key);
      if (last === undefined) parts.set(key, (last = []));
      lastKey = key;
    }
    last.push(operation);
  }
  const partitions = Array.from(parts, ([key, operations]) => ({ key, operations }));
  return { partitions, checked, dropped: history.operations.length - checked };
}

/** The part of the state that the operation belongs to: see `Model.partition`. */
function partOf(model: AnyModel, operation: Operation): string | null {
  return model.partition ? model.partition(operation) : (operation.key ?? null);
}
