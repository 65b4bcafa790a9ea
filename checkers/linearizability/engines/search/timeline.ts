import type { Operation } from '../../../../harness/history/operation.js';
import type { Budget } from '../../core/budget.js';
import { orderEvents } from '../../core/event-order.js';

/**
 * The events of a history, and for each operation that returned a slot that no other open operation has:
 * a set of open operations is a mask of slots, however long the history is. What crashed has no slot.
 */
export interface Timeline {
  /** `i` for the call of operation i, `~i` for its return. */
  events: Int32Array;
  /** Of each operation its slot; −1 for what crashed. */
  slotOf: Int32Array;
  slots: number;
  /** Of each operation, the indexes of its call and of its return, or `NO_RETURN`. */
  callAt: Int32Array;
  returnAt: Int32Array;
}

/** In place of the index of a return that never came. */
export const NO_RETURN = 0x7fffffff;

export function buildTimeline(operations: readonly Operation[], budget: Budget): Timeline {
  const events = orderEvents(operations);
  const slotOf = new Int32Array(operations.length).fill(-1);
  const callAt = new Int32Array(operations.length);
  const returnAt = new Int32Array(operations.length).fill(NO_RETURN);
  const free: number[] = [];
  let slots = 0;
  for (let at = 0; at < events.length; at++) {
    const event = events[at];
    budget.work();
    if (event < 0) {
      returnAt[~event] = at;
      free.push(slotOf[~event]);
    } else {
      callAt[event] = at;
      if (operations[event].return !== Infinity) slotOf[event] = free.pop() ?? slots++;
    }
  }
  return { events, slotOf, slots, callAt, returnAt };
}
