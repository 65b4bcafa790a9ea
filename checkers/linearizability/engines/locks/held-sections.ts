import type { Operation } from '../../../../harness/history/operation.js';
import { fencedLock, ownerMutex } from '../../../models/locks.js';
import type { AnyModel } from '../../../models/model.js';
import type { Budget } from '../../core/budget.js';
import type { Answer, Engine, Question } from '../../core/engine.js';
import { orderEvents } from '../../core/event-order.js';

const SERVED: readonly AnyModel[] = [ownerMutex, fencedLock];

/**
 * A lock that only its owner can release. A process does one thing after the other, so each of its
 * acquires is followed by the release that belongs to it, and between the return of the one and the call
 * of the other the lock was held for certain. If no two such times overlap, then releases at their calls
 * and acquires at their returns are an order of everything; if two do, there is none. That order is the
 * only one of the sections, so fencing tokens must rise along it.
 *
 * A crashed release can be taken for one at its call as well. A crashed acquire is the last of its process:
 * if it took effect the lock was never free again, and it can be left out.
 */
export const heldSections: Engine = {
  name: 'held-sections',
  description: 'only owners release, so times of certain possession decide in linear time',
  serves: (model) => SERVED.includes(model),
  check: checkSections,
};

const BYTES_PER_OPERATION = 32;
/** No such operation. */
const NONE = -1;

function checkSections({ model, operations }: Question, budget: Budget): Answer {
  if (!budget.allocate(BYTES_PER_OPERATION * operations.length))
    return { verdict: 'unknown', reason: 'memory' };
  const acquireOf = findAcquires(operations, budget);
  if ('verdict' in acquireOf) return acquireOf;
  const line = new Int32Array(operations.length);
  let length = 0;
  let holder = NONE;
  let last = NONE;
  for (const event of orderEvents(operations)) {
    budget.work();
    const i = event < 0 ? ~event : event;
    const isAcquire = operations[i].f === 'acquire';
    if (event < 0 && isAcquire) {
      if (holder !== NONE) return describeOverlap(operations, acquireOf, holder, i);
      if (model === fencedLock && last !== NONE && !rises(operations[last], operations[i]))
        return describeToken(operations, acquireOf, last, i);
      holder = last = line[length++] = i;
    } else if (event >= 0 && !isAcquire && acquireOf[i] !== NONE) {
      holder = NONE;
      line[length++] = i;
    }
  }
  return { verdict: 'valid', linearization: () => line.subarray(0, length) };
}

/** Of each release the acquire before it, `NONE` where there is none; an answer where that cannot be. */
function findAcquires(operations: readonly Operation[], budget: Budget): Int32Array | Answer {
  const acquireOf = new Int32Array(operations.length).fill(NONE);
  const processes = new Map<Operation['process'], { last: number; holds: number }>();
  for (let i = 0; i < operations.length; i++) {
    budget.work();
    const { f, type, call, process } = operations[i];
    const known = processes.get(process);
    if (known && operations[known.last].return > call)
      return { verdict: 'declined', why: `process ${process} did two things at a time` };
    const state = known ?? { last: i, holds: NONE };
    if (!known) processes.set(process, state);
    state.last = i;
    if (f === 'release') {
      if (state.holds === NONE && type === 'ok')
        return invalid(`process ${process} released what it did not hold`, [i]);
      acquireOf[i] = state.holds;
      state.holds = NONE;
    } else if (type === 'ok') {
      if (state.holds !== NONE)
        return invalid(`process ${process} acquired again what it held`, [state.holds, i]);
      state.holds = i;
    }
  }
  return acquireOf;
}

function rises({ output: before }: Operation, { output: after }: Operation): boolean {
  return (after as number) > (before as number);
}

function describeOverlap(
  operations: readonly Operation[],
  acquireOf: Int32Array,
  ...acquires: [number, number]
): Answer {
  const [one, other] = acquires.map((i) => operations[i].process);
  const sentence = `processes ${one} and ${other} held the lock at the same time`;
  return invalid(sentence, withReleases(acquireOf, acquires));
}

function describeToken(
  operations: readonly Operation[],
  acquireOf: Int32Array,
  ...acquires: [number, number]
): Answer {
  const [before, after] = acquires.map((i) => String(operations[i].output));
  const sentence = `token ${after} was given out after token ${before}`;
  return invalid(sentence, withReleases(acquireOf, acquires));
}

function withReleases(acquireOf: Int32Array, acquires: readonly number[]): number[] {
  const releases = acquires.map((acquire) => acquireOf.indexOf(acquire));
  return [...acquires, ...releases].filter((i) => i !== NONE).sort((a, b) => a - b);
}

function invalid(sentence: string, culprits: number[]): Answer {
  return { verdict: 'invalid', sentence, culprits };
}
