import type { Operation } from '../../../harness/history/operation.js';
import { fencedLock, ownerMutex } from '../../models/locks.js';
import type { AnyModel } from '../../models/model.js';
import type { Budget } from '../budget.js';
import type { Answer, Engine, Question } from '../engine.js';

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
  description: 'only owners release, so times of certain possession decide in n log n',
  serves: (model) => SERVED.includes(model),
  check: checkSections,
};

/** One possession of the lock: indexes of operations. `release` is undefined where there is none. */
interface Section {
  acquire: number;
  release: number | undefined;
}

const BYTES_PER_SECTION = 64;

function checkSections({ model, operations }: Question, budget: Budget): Answer {
  const found = findSections(operations, budget);
  if (!Array.isArray(found)) return found;
  if (!budget.allocate(BYTES_PER_SECTION * found.length))
    return { verdict: 'unknown', reason: 'memory' };
  const heldSince = ({ acquire }: Section): number => operations[acquire].return;
  const heldUntil = ({ release }: Section): number =>
    release === undefined ? Infinity : operations[release].call;
  const sections = found.sort((a, b) => heldSince(a) - heldSince(b));
  for (let i = 1; i < sections.length; i++) {
    const [before, after] = [sections[i - 1], sections[i]];
    if (heldSince(after) < heldUntil(before)) return tellOverlap(operations, before, after);
    if (model !== fencedLock) continue;
    const [earlier, later] = [before, after].map(({ acquire }) => operations[acquire].output);
    if ((later as number) > (earlier as number)) continue;
    const sentence = `token ${String(later)} was given out after token ${String(earlier)}`;
    return { verdict: 'invalid', sentence, culprits: indexesOf(before, after) };
  }
  const line = sections.flatMap((section) => indexesOf(section));
  return { verdict: 'valid', linearization: () => line };
}

/** Pairs acquires with releases, process by process; an answer where that is not possible. */
function findSections(operations: readonly Operation[], budget: Budget): Section[] | Answer {
  const sections: Section[] = [];
  const lastOf = new Map<string, { index: number; section: Section | undefined }>();
  for (let i = 0; i < operations.length; i++) {
    budget.work();
    const { f, type, call } = operations[i];
    const process = String(operations[i].process);
    const last = lastOf.get(process);
    if (last && operations[last.index].return > call)
      return { verdict: 'declined', why: `process ${process} did two things at a time` };
    let held = last?.section;
    if (f === 'release') {
      if (held) held.release = i;
      else if (type === 'ok') return tellNotHeld(operations, i);
      held = undefined;
    } else if (type === 'ok') {
      if (held) return tellHeldTwice(held.acquire, i);
      held = { acquire: i, release: undefined };
      sections.push(held);
    }
    lastOf.set(process, { index: i, section: held });
  }
  return sections;
}

function indexesOf(...sections: readonly Section[]): number[] {
  return sections.flatMap(({ acquire, release }) =>
    release === undefined ? [acquire] : [acquire, release],
  );
}

function tellOverlap(operations: readonly Operation[], before: Section, after: Section): Answer {
  const [one, other] = [before, after].map(({ acquire }) => String(operations[acquire].process));
  const sentence = `processes ${one} and ${other} held the lock at the same time`;
  return { verdict: 'invalid', sentence, culprits: indexesOf(before, after) };
}

function tellNotHeld(operations: readonly Operation[], index: number): Answer {
  const sentence = `process ${operations[index].process} released what it did not hold`;
  return { verdict: 'invalid', sentence, culprits: [index] };
}

function tellHeldTwice(first: number, second: number): Answer {
  const sentence = 'a process acquired again what it held already';
  return { verdict: 'invalid', sentence, culprits: [first, second] };
}
