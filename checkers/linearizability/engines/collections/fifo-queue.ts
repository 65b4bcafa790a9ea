import type { Operation } from '../../../../harness/history/operation.js';
import { fifoQueue } from '../../../models/collections.js';
import { canonical } from '../../../models/model.js';
import type { Budget } from '../../core/budget.js';
import type { Answer, Engine, Question } from '../../core/engine.js';

/**
 * A queue whose elements are all different (Henzinger, Sezgin and Vafeiadis, "Aspect-Oriented
 * Linearizability Proofs", 2013): nothing comes out that never went in, nothing twice, nothing before it
 * went in; of two elements the one that surely went in first does not surely come out last; and no dequeue
 * found the queue empty during a time in which there was always something in it for sure. A dequeue that
 * crashed may have taken anything, and the engine declines.
 */
export const fifoOrder: Engine = {
  name: 'fifo-order',
  description: 'elements are all different, so pairs of intervals decide in n log n',
  serves: (model) => model === fifoQueue,
  check: checkOrder,
};

/** When an element can have gone in and come out; `outCall` is Infinity for one that stayed. */
interface Element {
  name: string;
  inCall: number;
  inReturn: number;
  outCall: number;
  outReturn: number;
}

function checkOrder({ operations }: Question, budget: Budget): Answer {
  const elements = new Map<string, Element>();
  for (const { f, input, call, return: end } of operations) {
    budget.work();
    if (f !== 'enqueue') continue;
    const name = canonical(input);
    if (elements.has(name)) return { verdict: 'declined', why: `${name} was enqueued twice` };
    if (name === 'null') return { verdict: 'declined', why: 'nil was enqueued' };
    elements.set(name, {
      name,
      inCall: call,
      inReturn: end,
      outCall: Infinity,
      outReturn: Infinity,
    });
  }
  const empties: Operation[] = [];
  for (const operation of operations) {
    budget.work();
    if (operation.f !== 'dequeue') continue;
    if (operation.type === 'info') return { verdict: 'declined', why: 'a dequeue crashed' };
    if ((operation.output ?? null) === null) empties.push(operation);
    else {
      const fault = takeOut(elements, operation);
      if (fault !== undefined) return { verdict: 'invalid', sentence: fault };
    }
  }
  const all = [...elements.values()];
  const fault = findOvertaking(all) ?? findWronglyEmpty(all, empties);
  return fault === undefined ? { verdict: 'valid' } : { verdict: 'invalid', sentence: fault };
}

function takeOut(elements: ReadonlyMap<string, Element>, dequeue: Operation): string | undefined {
  const name = canonical(dequeue.output);
  const element = elements.get(name);
  if (!element) return `${name} was dequeued and never enqueued`;
  if (element.outCall < Infinity) return `${name} was dequeued twice`;
  if (dequeue.return < element.inCall) return `${name} was dequeued before it was enqueued`;
  element.outCall = dequeue.call;
  element.outReturn = dequeue.return;
  return undefined;
}

/** An element that went in later and came out earlier than another, both for sure. */
function findOvertaking(elements: readonly Element[]): string | undefined {
  const byReturn = [...elements].sort((a, b) => a.inReturn - b.inReturn);
  const byCall = [...elements].sort((a, b) => a.inCall - b.inCall);
  let slowest: Element | undefined;
  let next = 0;
  for (const later of byCall) {
    for (; next < byReturn.length && byReturn[next].inReturn < later.inCall; next++) {
      if (!slowest || byReturn[next].outCall > slowest.outCall) slowest = byReturn[next];
    }
    if (slowest && later.outReturn < slowest.outCall) {
      return `${later.name} was enqueued after ${slowest.name} and came out before it`;
    }
  }
  return undefined;
}

/** A dequeue that found nothing, within a time in which something was there all the time. */
function findWronglyEmpty(
  elements: readonly Element[],
  empties: readonly Operation[],
): string | undefined {
  // From `inReturn` to `outCall` an element was there for sure; where the one is later, never.
  const held = [...elements].sort((a, b) => a.inReturn - b.inReturn);
  const byCall = [...empties].sort((a, b) => a.call - b.call);
  let next = 0;
  let end = -1;
  for (const empty of byCall) {
    // Intervals that overlap join into one; `end` is where the one that began before the call ends.
    for (; next < held.length && held[next].inReturn < Math.max(empty.call, end); next++) {
      end = Math.max(end, held[next].outCall);
    }
    if (empty.call < end && empty.return < end) {
      return `a dequeue found nothing while there was something in the queue all the time`;
    }
  }
  return undefined;
}
