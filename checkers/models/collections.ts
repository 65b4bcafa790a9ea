import type { Operation } from '../../harness/history/operation.js';
import type { JsonValue } from '../../harness/json.js';
import { canonical, showValue, type Model } from './model.js';

/** Elements in their order; of sets and bags in the order of their canonical texts. */
type Elements = readonly JsonValue[];

const elements = { stateKey: canonicalList, describe: (state: Elements) => showValue([...state]) };

function canonicalList(state: Elements): string {
  return canonical([...state]);
}

/**
 * A set judged element by element: `add x`, `remove x`, `contains x` → whether it is there. No operation
 * sees two elements, so each is a part of its own.
 */
export const set: Model<boolean> = {
  name: 'set',
  description: 'add x, remove x, contains x → true or false; starts empty',
  operations: { add: 'update', remove: 'update', contains: 'observer' },
  initial: false,
  step: (state, { f, output }) => {
    if (f === 'contains') return state === output ? [state] : [];
    return [f === 'add'];
  },
  stateKey: String,
  describe: (state) => (state ? 'in the set' : 'not in the set'),
  partition: ({ key, input }) => `${key === undefined ? '' : `${key} `}${canonical(input)}`,
  needs: ({ f, output }) => (f === 'contains' ? output === true : undefined),
  leaves: ({ f, output }) => (f === 'contains' ? output === true : f === 'add'),
  complaint: ({ f, output, type }) =>
    f !== 'contains' || type !== 'ok' || typeof output === 'boolean'
      ? undefined
      : `contains answers true or false, not ${showValue(output)}`,
};

/** A set that is read as a whole and never shrinks: `add x`, `read` → its elements in any order. */
export const growOnlySet: Model<Elements> = {
  name: 'grow-only-set',
  description: 'add x, read → all elements in any order; starts empty',
  operations: { add: 'update', read: 'observer' },
  initial: [],
  step: (state, { f, input, output }) => {
    if (f === 'add')
      return [sorted(new Map([...state, input].map((each) => [canonical(each), each])))];
    const read = new Map((output as JsonValue[]).map((each) => [canonical(each), each]));
    return canonicalList(state) === canonicalList(sorted(read)) ? [state] : [];
  },
  ...elements,
  complaint: ({ f, output, type }) =>
    f !== 'read' || type !== 'ok' || Array.isArray(output)
      ? undefined
      : `read answers a list, not ${showValue(output)}`,
};

function sorted(byText: Map<string, JsonValue>): Elements {
  return [...byText.keys()].sort().map((text) => byText.get(text) ?? null);
}

const queueOperations = { enqueue: 'update', dequeue: 'update' } as const;

/** First in, first out: `enqueue x`, `dequeue` → x, or nil where it is empty. */
export const fifoQueue: Model<Elements> = {
  name: 'fifo-queue',
  description: 'enqueue x, dequeue → the oldest, or nil where it is empty; starts empty',
  operations: queueOperations,
  initial: [],
  step: (state, operation) => {
    if (operation.f === 'enqueue') return [[...state, operation.input]];
    return takeAt(state, operation, state.length > 0 ? 0 : undefined);
  },
  ...elements,
};

/** A bag: `dequeue` may answer any element, nil only where it is empty. */
export const unorderedQueue: Model<Elements> = {
  name: 'unordered-queue',
  description: 'enqueue x, dequeue → any element, or nil where it is empty; starts empty',
  operations: queueOperations,
  initial: [],
  step: (state, operation) => {
    if (operation.f === 'enqueue') return [inOrder([...state, operation.input])];
    if (operation.type === 'info') {
      return state.length === 0 ? [state] : state.flatMap((_, i) => takeAt(state, operation, i));
    }
    const wanted = canonical(operation.output ?? null);
    const at = state.findIndex((each) => canonical(each) === wanted);
    return takeAt(state, operation, at >= 0 ? at : undefined);
  },
  ...elements,
};

function inOrder(state: Elements): Elements {
  const texts = new Map(state.map((each) => [each, canonical(each)]));
  const text = (each: JsonValue): string => texts.get(each) ?? '';
  return [...state].sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}

/** Last in, first out: `push x`, `pop` → x, or nil where it is empty. */
export const stack: Model<Elements> = {
  name: 'stack',
  description: 'push x, pop → the youngest, or nil where it is empty; starts empty',
  operations: { push: 'update', pop: 'update' },
  initial: [],
  step: (state, operation) => {
    if (operation.f === 'push') return [[...state, operation.input]];
    return takeAt(state, operation, state.length > 0 ? state.length - 1 : undefined);
  },
  ...elements,
};

/** What is left when the element of that index is taken; undefined stands for "it is empty". */
function takeAt(state: Elements, operation: Operation, at: number | undefined): Elements[] {
  const isKnown = operation.type === 'ok';
  if (at === undefined) {
    return state.length === 0 && (!isKnown || (operation.output ?? null) === null)
      ? [[...state]]
      : [];
  }
  if (isKnown && canonical(state[at]) !== canonical(operation.output ?? null)) return [];
  return [[...state.slice(0, at), ...state.slice(at + 1)]];
}

/** A number: `increment n` (1 where n is nil), `read` → it. Starts at 0. */
export const counter: Model<number> = {
  name: 'counter',
  description: 'increment n (1 where n is nil), read → the sum; starts at 0',
  operations: { increment: 'update', read: 'observer' },
  initial: 0,
  step: (state, { f, input, output }) => {
    if (f === 'increment') return [state + ((input ?? 1) as number)];
    return state === output ? [state] : [];
  },
  stateKey: String,
  describe: String,
  classify: ({ f, input, output }) =>
    f === 'read' ? `r${String(output)}` : `i${String(input ?? 1)}`,
  needs: ({ f, output }) => (f === 'read' ? (output as number) : undefined),
  leaves: ({ f, output }) => (f === 'read' ? (output as number) : undefined),
  complaint: ({ f, input, output, type }) => {
    const value = f === 'read' ? output : (input ?? 1);
    if ((f === 'read' && type !== 'ok') || Number.isSafeInteger(value)) return undefined;
    return `${f} ${f === 'read' ? 'answers' : 'takes'} a whole number, not ${showValue(value)}`;
  },
};
