import type { Random } from '../../../harness/environment/random.js';
import type { JsonValue } from '../../../harness/json.js';
import type { AnySimulator, Reply, Simulator } from './simulator.js';

/** How values are chosen: from a small domain, or each one new. */
export interface ValueChoice {
  unique: boolean;
  domain: number;
  /** The share of compare-and-sets; reads and writes share the rest. */
  cas: number;
}

/** A register that starts as nil. Values are numbers from 1. */
export function registerSimulator(choice: ValueChoice): AnySimulator {
  const simulator: Simulator<JsonValue> = {
    initial: null,
    propose: (random, index) => {
      const fresh = choice.unique ? index + 1 : 1 + random.integer(choice.domain);
      const known = 1 + random.integer(choice.unique ? index + 1 : choice.domain);
      if (random.next() < choice.cas) return { f: 'cas', input: [known, fresh] };
      if (random.next() < 0.5) return { f: 'read', input: null };
      return { f: 'write', input: fresh };
    },
    apply: applyRegister,
    guess: (random, f, input) => {
      if (f === 'cas') return random.next() < 0.5 ? { output: input } : { mismatch: true };
      const value = random.integer(choice.unique ? 7 : choice.domain + 1);
      return { output: f === 'write' ? input : value === 0 ? null : value };
    },
  };
  return simulator;
}

function applyRegister(state: JsonValue, f: string, input: JsonValue): Reply<JsonValue> {
  if (f === 'read') return { state, output: state };
  if (f === 'write') return { state: input, output: input };
  const [from, to] = input as JsonValue[];
  return state === from ? { state: to, output: input } : { state, mismatch: true };
}

/** A register that reports versions beside its answers: true ones, but for where it lies. */
export function reportingSimulator(choice: ValueChoice): AnySimulator {
  const plain = registerSimulator(choice);
  return {
    initial: [null, 0],
    propose: plain.propose,
    apply: (state, f, input, process) => {
      const [value, version] = state as [JsonValue, number];
      const { state: next, ...reply } = plain.apply(value, f, input, process);
      const now = f === 'read' || reply.mismatch ? version : version + 1;
      return { ...reply, state: [next, now], meta: { version: now } };
    },
    guess: (random, f, input) => ({
      ...plain.guess(random, f, input),
      ...(random.next() < 0.9 && { meta: { version: random.integer(4) } }),
    }),
  };
}

/** A register that answers with its versions; values are numbers from 0, each one new without a domain. */
export function versionedSimulator(domain: number | undefined): AnySimulator {
  return {
    initial: [null, 0],
    propose: (random, index) => {
      const draw = random.next();
      if (draw < 0.4) return { f: 'read', input: null };
      const value = domain === undefined ? index : random.integer(domain);
      if (draw < 0.7) return { f: 'write', input: value };
      return { f: 'cas', input: [random.integer(index + 1), value] };
    },
    apply: (state, f, input) => {
      const [, version] = state as [JsonValue, number];
      if (f === 'read') return { state, output: state as JsonValue };
      if (f === 'write') return { state: [input, version + 1], output: version + 1 };
      const [expected, value] = input as JsonValue[];
      if (expected !== version) return { state, mismatch: true };
      return { state: [value, version + 1], output: version + 1 };
    },
    guess: (random, f) => {
      if (f === 'read') return { output: [random.integer(domain ?? 4), random.integer(4)] };
      if (f === 'cas' && random.next() < 0.5) return { mismatch: true };
      return { output: 1 + random.integer(4) };
    },
  };
}

/** Strings that grow: appends of short marks, some puts, gets of the whole. */
export const keyValueSimulator: AnySimulator = {
  initial: '',
  propose: (random: Random, index: number) => {
    const draw = random.next();
    if (draw < 0.4) return { f: 'get', input: null };
    const mark = random.next() < 0.5 ? 'ab'[random.integer(2)] : String(index);
    return { f: draw < 0.8 ? 'append' : 'put', input: mark };
  },
  apply: (state: unknown, f: string, input: JsonValue) => {
    if (f === 'get') return { state, output: state as string };
    return { state: f === 'put' ? input : `${state as string}${input as string}`, output: null };
  },
  guess: (random: Random, f: string) => {
    if (f !== 'get') return { output: null };
    const length = random.integer(3);
    return { output: Array.from({ length }, () => 'ab01'[random.integer(4)]).join('') };
  },
};
