import type { Operation } from '../../../harness/history/operation.js';
import { Closure } from './closure.js';
import type { Judge } from './judge.js';

/** The first window looks back over so many operations; each further one over four times as many. */
const FIRST_WINDOW = 16;

/**
 * A small part of an invalid history that is invalid by itself, so that it proves the whole to be.
 * `suspects` are the engine's, which fail by themselves; without any, windows are tried that look back from
 * where the search got stuck. Then delta debugging (Zeller and Hildebrandt, 2002) over the choice, always
 * judged with its `Closure`. Gives what it was given where time is out before anything smaller was found.
 *
 * @param operations what was called before the search got stuck, or more
 */
export function reduce(
  judge: Judge,
  operations: readonly Operation[],
  suspects: readonly Operation[],
): Operation[] {
  const whole = suspects.length > 0 ? suspects : operations;
  const closure = new Closure(judge.model, whole);
  const fails = (choice: readonly Operation[]): boolean =>
    !judge.outOfTime && judge.isInvalid(closure.of(choice));
  const start = suspects.length > 0 ? whole : findWindow(operations, fails);
  if (!start) return [...whole];
  const plain = start.filter((each) => !closure.isOpaque(each));
  return closure.of(minimize(judge, fails(plain) ? plain : start, fails));
}

type Test = (choice: readonly Operation[]) => boolean;

function findWindow(operations: readonly Operation[], fails: Test): Operation[] | undefined {
  const definite = operations
    .filter((each) => each.return !== Infinity)
    .sort((a, b) => a.return - b.return);
  for (let size = FIRST_WINDOW; ; size *= 4) {
    const window = definite.slice(-size);
    if (fails(window)) return window;
    if (size >= definite.length) return undefined;
  }
}

/** Delta debugging: leaves out ever smaller parts as long as what remains fails. */
function minimize(judge: Judge, start: readonly Operation[], fails: Test): Operation[] {
  let current = [...start];
  let parts = 2;
  while (current.length > 1 && !judge.outOfTime) {
    const size = Math.ceil(current.length / parts);
    let smaller: Operation[] | undefined;
    for (let from = 0; from < current.length && !smaller && !judge.outOfTime; from += size) {
      const rest = [...current.slice(0, from), ...current.slice(from + size)];
      if (fails(rest)) smaller = rest;
    }
    if (smaller) {
      current = smaller;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) {
      return current;
    } else {
      parts = Math.min(current.length, 2 * parts);
    }
  }
  return current;
}
