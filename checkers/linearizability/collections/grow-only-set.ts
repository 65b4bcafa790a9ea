import type { Operation } from '../../../harness/history/operation.js';
import { growOnlySet } from '../../models/collections.js';
import { canonical } from '../../models/model.js';
import type { JsonValue } from '../../../harness/json.js';
import type { Answer, Engine, Question } from '../engine.js';

/**
 * A set that never shrinks, read as a whole: what reads saw must form a chain by inclusion. Then each step
 * of the chain has an earliest time: its reads come after everything that appeared until then, and what is
 * new appears after every read that did not see it. Placing all as early as possible is best for what
 * comes later, so the history is valid exactly when nothing returned before its earliest time.
 */
export const growOnlyChain: Engine = {
  name: 'grow-only-chain',
  description: 'reads of a set that never shrinks form a chain, placed as early as possible',
  serves: (model) => model === growOnlySet,
  check: checkChain,
};

/** The adds of an element: when the first was called, and when the first returned. */
interface Adds {
  firstCall: number;
  firstReturn: number;
  isSeen: boolean;
}

interface Read {
  operation: Operation;
  elements: Set<string>;
}

function checkChain({ operations }: Question): Answer {
  const adds = collectAdds(operations);
  const reads = operations
    .filter(({ f }) => f === 'read')
    .map((operation): Read => ({ operation, elements: elementsOf(operation) }))
    .sort((a, b) => a.elements.size - b.elements.size);
  let time = -1;
  let seen = new Set<string>();
  for (let from = 0; from < reads.length;) {
    const { elements } = reads[from];
    let to = from;
    while (to < reads.length && reads[to].elements.size === elements.size) to++;
    const stage = reads.slice(from, to);
    const chained = [...stage, { elements: seen }];
    if (!chained.every((each) => isSubset(each.elements, elements))) return notAChain();
    const appeared = appear(elements, seen, adds, time);
    if (typeof appeared !== 'number') return appeared;
    time = appeared;
    if (stage.some(({ operation }) => operation.return < appeared)) return tooEarly();
    for (const { operation } of stage) time = Math.max(time, operation.call);
    seen = elements;
    from = to;
  }
  for (const { isSeen, firstReturn } of adds.values()) {
    if (!isSeen && firstReturn < time)
      return invalid('an element was added, and a later read misses it');
  }
  return { verdict: 'valid' };
}

function collectAdds(operations: readonly Operation[]): Map<string, Adds> {
  const adds = new Map<string, Adds>();
  for (const { f, input, call, return: end } of operations) {
    if (f !== 'add') continue;
    const name = canonical(input);
    const known = adds.get(name);
    if (!known) adds.set(name, { firstCall: call, firstReturn: end, isSeen: false });
    else {
      known.firstCall = Math.min(known.firstCall, call);
      known.firstReturn = Math.min(known.firstReturn, end);
    }
  }
  return adds;
}

function elementsOf(read: Operation): Set<string> {
  return new Set((read.output as JsonValue[]).map(canonical));
}

/** Lets the new elements appear after `time`; when the last of them has, at the earliest. */
function appear(
  elements: ReadonlySet<string>,
  seen: ReadonlySet<string>,
  adds: ReadonlyMap<string, Adds>,
  time: number,
): number | Answer {
  let latest = time;
  for (const element of elements) {
    if (seen.has(element)) continue;
    const added = adds.get(element);
    if (!added) return invalid(`${element} was read and never added`);
    added.isSeen = true;
    if (added.firstReturn < time)
      return invalid(`${element} was added, and a later read misses it`);
    latest = Math.max(latest, added.firstCall);
  }
  return latest;
}

function isSubset(small: ReadonlySet<string>, large: ReadonlySet<string>): boolean {
  for (const element of small) if (!large.has(element)) return false;
  return true;
}

function notAChain(): Answer {
  return invalid('two reads each saw an element that the other one missed');
}

function tooEarly(): Answer {
  return invalid('a read returned before what it saw can have been there');
}

function invalid(sentence: string): Answer {
  return { verdict: 'invalid', sentence };
}
