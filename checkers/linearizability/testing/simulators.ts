import type { Random } from '../../../harness/environment/random.js';
import type { JsonObject, JsonValue } from '../../../harness/json.js';
import type { AnySimulator, Reply, Simulator } from './simulator.js';
import {
  keyValueSimulator,
  registerSimulator,
  reportingSimulator,
  versionedSimulator,
} from './register-simulators.js';

type Elements = readonly JsonValue[];

/** A system that holds elements; answers that are guessed come from `values`. */
function collection(
  operations: readonly [string, number][],
  apply: (state: Elements, f: string, input: JsonValue) => Reply<Elements>,
  guess: (random: Random, f: string) => JsonValue,
  values = 4,
): AnySimulator {
  const simulator: Simulator<Elements> = {
    initial: [],
    propose: (random, index) => {
      const draw = random.next();
      const f = (operations.find(([, upTo]) => draw < upTo) ?? operations[0])[0];
      const takesValue = !['read', 'dequeue', 'pop'].includes(f);
      return { f, input: takesValue ? (values === 0 ? index : random.integer(values)) : null };
    },
    apply,
    guess: (random, f) => ({ output: guess(random, f) }),
  };
  return simulator;
}

const anElement = (random: Random): JsonValue => random.pick([null, 0, 1, 2, 3, 4]);

const setLike = collection(
  [
    ['add', 0.3],
    ['remove', 0.5],
    ['contains', 1],
  ],
  (state, f, input) => {
    if (f === 'contains') return { state, output: state.includes(input) };
    const others = state.filter((each) => each !== input);
    return { state: f === 'add' ? [...others, input] : others };
  },
  (random) => random.next() < 0.5,
  2,
);

const growOnly = (values: number): AnySimulator =>
  collection(
    [
      ['add', 0.6],
      ['read', 1],
    ],
    (state, f, input) => {
      if (f === 'read') return { state, output: [...state].reverse() };
      return { state: state.includes(input) ? state : [...state, input] };
    },
    (random, f) => (f === 'read' ? [0, 1, 2, 3].filter(() => random.next() < 0.5) : null),
    values,
  );

/** `from` says which end is taken. */
const queueLike = (put: string, take: string, last: boolean, values: number): AnySimulator =>
  collection(
    [
      [put, 0.55],
      [take, 1],
    ],
    (state, f, input) => {
      if (f === put) return { state: [...state, input] };
      const output = state.at(last ? -1 : 0) ?? null;
      return { state: last ? state.slice(0, -1) : state.slice(1), output };
    },
    (random, f) => (f === take ? anElement(random) : null),
    values,
  );

const counting = (amounts: readonly JsonValue[]): AnySimulator => ({
  initial: 0,
  propose: (random) =>
    random.next() < 0.6
      ? { f: 'increment', input: random.pick(amounts) }
      : { f: 'read', input: null },
  apply: (state, f, input) => {
    const sum = state as number;
    return f === 'read' ? { state, output: sum } : { state: sum + ((input ?? 1) as number) };
  },
  guess: (random, f) => ({ output: f === 'read' ? random.integer(6) - 1 : null }),
});

const transactions: AnySimulator = {
  initial: {},
  propose: (random) => {
    const micro = (): JsonValue =>
      random.next() < 0.5
        ? ['r', random.pick(['x', 'y']), null]
        : ['w', random.pick(['x', 'y']), random.integer(3)];
    return { f: 'txn', input: Array.from({ length: 1 + random.integer(2) }, micro) };
  },
  apply: (state, _, input) => {
    const next = { ...(state as JsonObject) };
    const output = (input as [string, string, JsonValue][]).map(([f, key, value]) => {
      if (f === 'w') next[key] = value;
      return [f, key, next[key] ?? null];
    });
    return { state: next, output };
  },
  guess: (random, _, input) => ({
    output: (input as [string, string, JsonValue][]).map(([f, key, value]) => [
      f,
      key,
      f === 'w' ? value : random.integer(3),
    ]),
  }),
};

interface Lock {
  holder: number | null;
  token: number;
}

/**
 * A lock service whose tokens count up. Clients mostly release what they hold and nothing else; where it is
 * `careless`, they ask for anything, and get it.
 */
function lock(options: { owners: boolean; tokens: boolean; careless: boolean }): AnySimulator {
  const { owners, tokens, careless } = options;
  const simulator: Simulator<Lock> = {
    isCareless: careless,
    initial: { holder: null, token: 0 },
    propose: (random, _, process, { holder }) => {
      const releases = careless || !owners ? random.next() < 0.5 : holder === process;
      return { f: releases ? 'release' : 'acquire', input: null };
    },
    isReady: ({ holder }, f, process) => {
      if (careless) return true;
      if (f === 'acquire') return holder === null;
      return owners ? holder === process : holder !== null;
    },
    apply: ({ holder, token }, f, _, process) => {
      if (f === 'release') return { state: { holder: null, token } };
      const state = { holder: holder ?? process, token: token + 1 };
      return { state, output: tokens ? token + 1 : null };
    },
    guess: (random, f) => ({ output: tokens && f === 'acquire' ? random.integer(4) : null }),
  };
  return simulator;
}

const locks = (owners: boolean, tokens: boolean): AnySimulator[] => [
  lock({ owners, tokens, careless: false }),
  lock({ owners, tokens, careless: true }),
];

/** Writers whose tokens grow as they come; a careless one takes whatever it is given. */
const fenced = (isCareless: boolean): AnySimulator => {
  const simulator: Simulator<number | null> = {
    isCareless,
    initial: null,
    propose: (random, index) => {
      const f = random.pick(['read', 'write', 'fenced-write']);
      return { f, input: f === 'read' ? null : Math.floor(index / 2) + random.integer(3) };
    },
    isReady: (last, f, _process, input) =>
      isCareless || f === 'read' || last === null || (input as number) >= last,
    apply: (last, f, input) =>
      f === 'read' ? { state: last, output: last } : { state: input as number },
    guess: (random, f) => (f === 'read' ? { output: random.integer(12) } : {}),
  };
  return simulator;
};

/** For each model, systems that behave as it says: with values that repeat, and with values that do not. */
export const SIMULATORS: Record<string, AnySimulator[]> = {
  register: [registerSimulator({ unique: false, domain: 3, cas: 0 })],
  'cas-register': [
    registerSimulator({ unique: false, domain: 3, cas: 0.4 }),
    registerSimulator({ unique: true, domain: 0, cas: 0.4 }),
    reportingSimulator({ unique: false, domain: 3, cas: 0.4 }),
  ],
  'versioned-register': [versionedSimulator(2), versionedSimulator(undefined)],
  'multi-register': [transactions],
  'key-value': [keyValueSimulator],
  set: [setLike],
  'grow-only-set': [growOnly(3), growOnly(0)],
  counter: [counting([null, 1]), counting([null, 2, -1])],
  'fifo-queue': [
    queueLike('enqueue', 'dequeue', false, 2),
    queueLike('enqueue', 'dequeue', false, 0),
  ],
  'unordered-queue': [queueLike('enqueue', 'dequeue', false, 3)],
  stack: [queueLike('push', 'pop', true, 3)],
  mutex: locks(false, false),
  'owner-mutex': locks(true, false),
  'fenced-lock': locks(true, true),
  'fenced-register': [fenced(false), fenced(true)],
};
