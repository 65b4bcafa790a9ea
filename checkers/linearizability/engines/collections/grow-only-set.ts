import type { Operation } from '../../../../harness/history/operation.js';
import { growOnlySet } from '../../../models/collections.js';
import { canonical } from '../../../models/model.js';
import type { JsonValue } from '../../../../harness/json.js';
import type { Budget } from '../../core/budget.js';
import type { Answer, Engine, Question } from '../../core/engine.js';
import { ValueNumbers } from '../../core/value-numbers.js';

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
}

interface Read {
  operation: Operation;
  /** Numbers of elements, each once. */
  elements: Int32Array;
}

function checkChain({ operations }: Question, budget: Budget): Answer {
  const names = new ValueNumbers(operations.length);
  const adds = collectAdds(operations, names, budget);
  const reads = collectReads(operations, names, budget);
  if (!reads) return { verdict: 'unknown', reason: 'memory' };
  let time = -1;
  const seen = new Uint8Array(names.count);
  let seenCount = 0;
  for (let from = 0; from < reads.length;) {
    const { elements } = reads[from];
    let to = from;
    while (to < reads.length && reads[to].elements.length === elements.length) to++;
    const stage = reads.slice(from, to);
    const added = elements.filter((element) => seen[element] === 0);
    if (added.length !== elements.length - seenCount) return notAChain();
    const appeared = appear(added, adds, names, time);
    if (typeof appeared !== 'number') return appeared;
    for (const element of added) seen[element] = 1;
    seenCount = elements.length;
    time = appeared;
    if (stage.some(({ operation }) => operation.return < appeared)) return tooEarly();
    for (const read of stage) {
      // As many elements as are there, and each of them there: the same ones.
      budget.work(read.elements.length);
      if (!read.elements.every((element) => seen[element] === 1)) return notAChain();
      time = Math.max(time, read.operation.call);
    }
    from = to;
  }
  for (const [element, { firstReturn }] of adds) {
    if (seen[element] === 0 && firstReturn < time)
      return invalid('an element was added, and a later read misses it');
  }
  return { verdict: 'valid' };
}

function collectAdds(
  operations: readonly Operation[],
  names: ValueNumbers,
  budget: Budget,
): Map<number, Adds> {
  const adds = new Map<number, Adds>();
  for (const { f, input, call, return: end } of operations) {
    budget.work();
    if (f !== 'add') continue;
    const element = names.numberOf(input);
    const known = adds.get(element);
    if (!known) adds.set(element, { firstCall: call, firstReturn: end });
    else {
      known.firstCall = Math.min(known.firstCall, call);
      known.firstReturn = Math.min(known.firstReturn, end);
    }
  }
  return adds;
}

/** Small ones first; undefined where there is no memory for them. */
function collectReads(
  operations: readonly Operation[],
  names: ValueNumbers,
  budget: Budget,
): Read[] | undefined {
  const reads: Read[] = [];
  /** Of each element, the last read that it was met in. */
  const metIn: number[] = [];
  for (const operation of operations) {
    if (operation.f !== 'read') continue;
    const output = operation.output as JsonValue[];
    budget.work(output.length);
    if (!budget.allocate(4 * output.length)) return undefined;
    const elements = new Int32Array(output.length);
    let count = 0;
    for (const value of output) {
      const element = names.numberOf(value);
      if (metIn[element] !== reads.length) elements[count++] = element;
      metIn[element] = reads.length;
    }
    reads.push({ operation, elements: elements.subarray(0, count) });
  }
  return reads.sort((a, b) => a.elements.length - b.elements.length);
}

/** Lets the new elements appear after `time`; when the last of them has, at the earliest. */
function appear(
  elements: Int32Array,
  adds: ReadonlyMap<number, Adds>,
  names: ValueNumbers,
  time: number,
): number | Answer {
  let latest = time;
  for (const element of elements) {
    const added = adds.get(element);
    if (!added) return invalid(`${canonical(names.valueOf(element))} was read and never added`);
    if (added.firstReturn < time)
      return invalid(`${canonical(names.valueOf(element))} was added, and a later read misses it`);
    latest = Math.max(latest, added.firstCall);
  }
  return latest;
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
