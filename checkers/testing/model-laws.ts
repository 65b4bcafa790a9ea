import { isDeepStrictEqual } from 'node:util';

import { createRandom } from '../../harness/environment/random.js';
import type { Operation } from '../../harness/history/operation.js';
import { ENGINES } from '../linearizability/engines/decide.js';
import { compareWithBruteForce } from '../linearizability/testing/conformance.js';
import { type AnySimulator, simulateHistory } from '../linearizability/testing/simulator.js';
import type { AnyModel } from '../models/model.js';
import { deepFreeze, demand, type Law } from '../../harness/testing/law.js';

/** A model beside a system without faults, which says what may be asked and what a right answer is. */
export interface ModelSubject {
  model: AnyModel;
  simulator: AnySimulator;
  /** Small histories that engines are held against brute force on. */
  cases?: number;
}

/** Seeds of histories of one process, which a model must allow. */
const SEEDS = 50;
const CASES = 500;

/** What the linearizability checker rests on. */
export const MODEL_LAWS: readonly Law<ModelSubject>[] = [
  {
    title: 'knows every operation that the system is asked for',
    hold: ({ model, simulator }) => {
      for (const { f } of alone(simulator).flat()) {
        demand(Object.hasOwn(model.operations, f), `the model has no operation "${f}"`);
      }
    },
  },
  {
    title: 'allows what a system without concurrency and faults does',
    hold: (subject) => walk(subject, () => undefined),
  },
  {
    title: 'changes no state and no operation, and answers the same again',
    hold: (subject) =>
      walk(subject, (state, operation, next) => {
        const again = subject.model.step(state, operation);
        const isSame = isDeepStrictEqual(keysOf(subject.model, next), keysOf(subject.model, again));
        demand(isSame, `${operation.f} leaves other states the second time`);
      }),
  },
  {
    title: 'lets observers leave the state as it is',
    hold: (subject) =>
      walk(subject, (state, operation, next) => {
        const { model } = subject;
        if (model.operations[operation.f] !== 'observer' && operation.type !== 'fail') return;
        const isKept = next.every((each) => model.stateKey(each) === model.stateKey(state));
        demand(isKept, `${operation.f} observes, and changes ${model.describe(state)}`);
      }),
  },
  {
    title: 'does not look at the answer of an operation of which nobody knows how it ended',
    hold: (subject) =>
      walk(subject, (state, operation) => {
        const { model } = subject;
        // An observer of which nobody knows how it ended is nothing, and never asked about.
        if (model.operations[operation.f] === 'observer') return;
        const left = (output: Operation['output']): string[] =>
          keysOf(model, model.step(state, deepFreeze({ ...operation, type: 'info', output })));
        const isBlind = isDeepStrictEqual(left(undefined), left(operation.output));
        demand(isBlind, `${operation.f} that ended in info leaves what its answer says`);
      }),
  },
  {
    title: 'gets from every engine what trying all orders gives',
    hold: ({ model, simulator, cases = CASES }) => {
      const engines = Object.values(ENGINES).filter((engine) => engine.serves(model));
      for (const engine of engines) compareWithBruteForce(engine, model, simulator, cases);
    },
  },
  {
    title: 'tells wrong answers from right ones',
    hold: ({ model, simulator, cases = CASES }) => {
      const { valid, invalid } = compareWithBruteForce(ENGINES.general, model, simulator, cases);
      demand(valid > 0, 'no history was found to be right');
      demand(invalid > 0, 'no history was found to be wrong, with answers that are guessed');
    },
  },
];

/** Operations of one process, all answered, and rightly. */
function alone(simulator: AnySimulator): Operation[][] {
  const shape = { operations: 30, processes: 1, crashRate: 0, lieRate: 0 };
  return Array.from({ length: SEEDS }, (_, seed) =>
    simulateHistory(simulator, shape, createRandom(seed)),
  );
}

/** Goes through such operations part by part, from state to state. Throws where the model allows none. */
function walk(
  { model, simulator }: ModelSubject,
  visit: (state: unknown, operation: Operation, next: readonly unknown[]) => void,
): void {
  for (const operations of alone(simulator)) {
    const states = new Map<string | null, unknown>();
    for (const operation of operations.map(deepFreeze)) {
      const part = model.partition ? model.partition(operation) : (operation.key ?? null);
      const state = deepFreeze(states.has(part) ? states.get(part) : model.initial);
      const next = model.step(state, operation);
      demand(next.length > 0, refusal(model, state, operation));
      visit(state, operation, next);
      states.set(part, next[0]);
    }
  }
}

function refusal(model: AnyModel, state: unknown, operation: Operation): string {
  const { f, input, output, type } = operation;
  const what = `${f} ${JSON.stringify(input)} → ${JSON.stringify(output)} (${type})`;
  return `the model does not allow ${what} in the state ${model.describe(state)}`;
}

function keysOf(model: AnyModel, states: readonly unknown[]): string[] {
  return states.map((state) => model.stateKey(state)).sort();
}
