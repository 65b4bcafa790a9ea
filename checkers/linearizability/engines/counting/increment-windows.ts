import type { Operation } from '../../../../harness/history/operation.js';
import { counter } from '../../../models/collections.js';
import type { Budget } from '../../core/budget.js';
import type { Answer, Engine, Question } from '../../core/engine.js';
import { DeadlineHeap } from '../../core/deadline-heap.js';
import { findWindows, firstWindow, lastWindow, type Windows } from './windows.js';

/**
 * A counter that only goes up by one. A read of v says that v increments had happened when it returned and
 * that the one after them had not when it was called: so the k-th increment has a window. What is left is
 * to give each acknowledged increment a window that it meets, and each window before a read an increment.
 * Since windows rise with k, an increment meets windows that stand side by side, so that giving each window
 * the increment that expires first serves as many windows as can be served, and no increment in vain
 * (Glover, "Maximum Matching in a Convex Bipartite Graph", 1967). For the same reason, increments that were
 * given windows in another order than they can happen in can exchange them.
 *
 * A crashed increment never expires, so it goes where no other can, and need not go anywhere.
 */
export const incrementWindows: Engine = {
  name: 'increment-windows',
  description: 'every increment is by one, so reads give the k-th one a window, matched in n log n',
  serves: (model) => model === counter,
  check: checkIncrements,
};

const BYTES_PER_OPERATION = 48;

function checkIncrements({ operations }: Question, budget: Budget): Answer {
  const reads: number[] = [];
  const increments: number[] = [];
  let greatest = 0;
  let least = 0;
  for (let i = 0; i < operations.length; i++) {
    budget.work();
    const { f, input, output } = operations[i];
    if (f === 'read') {
      reads.push(i);
      greatest = Math.max(greatest, output as number);
      least = Math.min(least, output as number);
    } else if ((input ?? 1) === 1) increments.push(i);
    else return { verdict: 'declined', why: 'an increment is not by one' };
  }
  if (!budget.allocate(BYTES_PER_OPERATION * operations.length))
    return { verdict: 'unknown', reason: 'memory' };
  if (least < 0) return invalid(`${least} was read, and nothing counts down`);
  if (greatest > increments.length)
    return invalid(`${greatest} was read, and only ${increments.length} increments were called`);
  const windows = findWindows(operations, reads, greatest);
  const reversal = findReversal(windows);
  if (reversal !== undefined) return invalid(reversal);
  const given = giveWindows(operations, increments, windows);
  if (typeof given === 'string') return invalid(given);
  return { verdict: 'valid', linearization: () => lineUp(operations, reads, windows, given) };
}

function invalid(sentence: string): Answer {
  return { verdict: 'invalid', sentence };
}

function findReversal({ count, opens, closes, openedBy, closedBy }: Windows): string | undefined {
  for (let k = 1; k <= count; k++) {
    if (opens[k] > closes[k]) return `${closedBy[k]} was read, and after that ${openedBy[k]}`;
  }
  return undefined;
}

/** The increments that take place and the window of each. */
interface Given {
  increments: Int32Array;
  windows: Int32Array;
}

/** Gives out the windows in their order; a sentence where one or an increment is left over. */
function giveWindows(
  operations: readonly Operation[],
  increments: readonly number[],
  windows: Windows,
): Given | string {
  const { count } = windows;
  const first = Int32Array.from(increments, (i) => firstWindow(windows, operations[i].call));
  const last = Int32Array.from(increments, (i) => lastWindow(windows, operations[i].return));
  const waiting = new DeadlineHeap(last);
  const order = new Int32Array(increments.length);
  const given = new Int32Array(increments.length).fill(count + 1);
  // Calls rise, and with them the first windows: increments come in their own order.
  let next = 0;
  for (let k = 1; k <= count; k++) {
    while (next < first.length && first[next] <= k) waiting.add(next++);
    if (waiting.size === 0) return describeUnearned(windows, k);
    const item = waiting.take();
    if (last[item] < k) return describeLost(windows, last, order, last[item]);
    order[k - 1] = item;
    given[k - 1] = k;
  }
  while (next < first.length) waiting.add(next++);
  let taken = count;
  while (waiting.size > 0) {
    const item = waiting.take();
    if (last[item] <= count) return describeLost(windows, last, order, last[item]);
    if (operations[increments[item]].return !== Infinity) order[taken++] = item;
  }
  const indexes = order.subarray(0, taken).map((item) => increments[item]);
  return { increments: indexes, windows: given };
}

/** Every increment that was called in time has a window before the k-th, and a read saw k or more. */
function describeUnearned({ closedBy }: Windows, k: number): string {
  const called = k === 1 ? 'no increment' : k === 2 ? '1 increment' : `${k - 1} increments`;
  return `${closedBy[k]} was read when ${called} had been called`;
}

/**
 * An increment expired with window `end`, and so did all that were given the windows before it, back to
 * one that was given away to something later: then nothing else had come yet.
 */
function describeLost(windows: Windows, last: Int32Array, order: Int32Array, end: number): string {
  let from = end + 1;
  while (from > 1 && last[order[from - 2]] <= end) from--;
  const count = end - from + 2;
  const after = windows.openedBy[end + 1];
  const what = count === 1 ? '1 increment' : `${count} increments`;
  if (from === 1) return `${after} was read after ${what} had been acknowledged`;
  const before = windows.closedBy[from - 1];
  return `${before} was read, after that ${what} took place, and after that ${after} was read`;
}

/** Increments at the earliest moments of their windows, and after the v-th of them the reads of v. */
function lineUp(
  operations: readonly Operation[],
  reads: readonly number[],
  windows: Windows,
  given: Given,
): Int32Array {
  const count = given.increments.length;
  const moment = Float64Array.from(given.increments, (i, at) =>
    Math.max(operations[i].call, windows.opens[given.windows[at]]),
  );
  const byMoment = Int32Array.from({ length: count }, (_, at) => at);
  byMoment.sort((a, b) => moment[a] - moment[b]);
  const readsOf: number[][] = [];
  for (const i of reads) (readsOf[operations[i].output as number] ??= []).push(i);
  const line: number[] = [...(readsOf[0] ?? [])];
  byMoment.forEach((at, k) => line.push(given.increments[at], ...(readsOf[k + 1] ?? [])));
  return Int32Array.from(line);
}
