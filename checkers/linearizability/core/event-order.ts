import type { Operation } from '../../../harness/history/operation.js';

/**
 * The calls and returns of operations in their order in the history: `i` stands for the call of the i-th
 * operation, `~i` for its return. What never returned has no return here.
 */
export function orderEvents(operations: readonly Operation[]): Int32Array {
  const last = lastPosition(operations);
  const dense = last < 8 * operations.length + 1024;
  return dense ? orderByPlacing(operations, last) : orderBySorting(operations);
}

/** The greatest position of a call or a return; −1 where there is none. */
export function lastPosition(operations: readonly Operation[]): number {
  let last = -1;
  for (const operation of operations) {
    const end = operation.return === Infinity ? operation.call : operation.return;
    if (end > last) last = end;
  }
  return last;
}

const NOTHING = 0x7fffffff;

function orderByPlacing(operations: readonly Operation[], last: number): Int32Array {
  const places = new Int32Array(last + 1).fill(NOTHING);
  for (let i = 0; i < operations.length; i++) {
    const operation = operations[i];
    places[operation.call] = i;
    if (operation.return !== Infinity) places[operation.return] = ~i;
  }
  let count = 0;
  for (let at = 0; at <= last; at++) {
    const event = places[at];
    if (event !== NOTHING) places[count++] = event;
  }
  return places.subarray(0, count);
}

function orderBySorting(operations: readonly Operation[]): Int32Array {
  const position = (event: number): number =>
    event >= 0 ? operations[event].call : operations[~event].return;
  const events: number[] = [];
  for (let i = 0; i < operations.length; i++) {
    events.push(i);
    if (operations[i].return !== Infinity) events.push(~i);
  }
  return Int32Array.from(events.sort((a, b) => position(a) - position(b)));
}
