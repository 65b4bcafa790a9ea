import { createRealClock } from '../../../harness/environment/real.js';
import type { Operation } from '../../../harness/history/operation.js';
import type { AnyModel } from '../../models/model.js';
import { Budget } from '../core/budget.js';
import type { Answer, Engine } from '../core/engine.js';
import { bruteForce } from './brute-force.js';
import type { AnySimulator } from './simulator.js';
import { smallCase, type CaseMix } from './cases.js';

/** How often an engine said what; `declined` says how much of a property was not looked at. */
export type Tally = Record<Answer['verdict'], number> & {
  /** Histories with an operation that never returned. */
  crashed: number;
  /** Conflicts whose culprits do not fail by themselves: an explanation can make little of those. */
  looseCulprits: number;
};

const clock = createRealClock();

/** A budget that never runs out. */
export function unlimited(): Budget {
  return new Budget(clock, { deadline: Infinity, memoryBytes: Infinity, steps: Infinity });
}

/** For searches that may grow without bound: they stop after so many steps and say so. */
export function bounded(steps: number): Budget {
  return new Budget(clock, { deadline: Infinity, memoryBytes: 2 ** 28, steps });
}

/** Whether the model allows exactly this order, and the history too: a witness must pass. */
export function isLinearization(
  model: AnyModel,
  operations: readonly Operation[],
  order: readonly number[],
): boolean {
  const placed = new Set(order);
  const definite = operations.every((each, i) => each.return === Infinity || placed.has(i));
  if (!definite || placed.size !== order.length) return false;
  let latestCall = -1;
  let states: readonly unknown[] = [model.initial];
  for (const index of order) {
    const operation = operations[index];
    if (operation.return < latestCall) return false;
    latestCall = Math.max(latestCall, operation.call);
    // Each state once: a crashed dequeue has many next states, and their number would multiply.
    const next = states.flatMap((state) => [...model.step(state, operation)]);
    states = [...new Map(next.map((state) => [model.stateKey(state), state])).values()];
  }
  return states.length > 0;
}

/**
 * Holds an engine against brute force on random small histories, and its witnesses against the model.
 * Throws an Error that names the seed of the first disagreement.
 */
export function compareWithBruteForce(
  engine: Engine,
  model: AnyModel,
  simulator: AnySimulator,
  cases: number,
  firstSeed = 0,
  mix?: CaseMix,
): Tally {
  const tally: Tally = {
    valid: 0,
    invalid: 0,
    unknown: 0,
    declined: 0,
    crashed: 0,
    looseCulprits: 0,
  };
  for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
    const operations = smallCase(model, simulator, seed, mix);
    const answer = engine.check({ model, operations }, unlimited());
    tally[answer.verdict]++;
    if (operations.some((each) => each.return === Infinity)) tally.crashed++;
    if (answer.verdict === 'declined') continue;
    const expected = bruteForce(model, operations) ? 'valid' : 'invalid';
    if (answer.verdict !== expected) throw new Error(complain(seed, operations, answer, expected));
    const order = answer.verdict === 'valid' ? answer.linearization?.() : undefined;
    if (order && !isLinearization(model, operations, Array.from(order))) {
      throw new Error(complain(seed, operations, answer, 'another witness'));
    }
    const culprits = answer.verdict === 'invalid' ? answer.culprits : undefined;
    if (culprits && bruteForce(model, chosen(operations, culprits))) tally.looseCulprits++;
  }
  return tally;
}

function chosen(operations: readonly Operation[], indexes: readonly number[]): Operation[] {
  return operations.filter((_, i) => indexes.includes(i));
}

function complain(
  seed: number,
  operations: readonly Operation[],
  answer: Answer,
  expected: string,
): string {
  const lines = operations.map(
    ({ f, input, output, type, call, return: end }) =>
      `  [${call}, ${end}] ${f} ${JSON.stringify(input)} ${type} ${JSON.stringify(output)}`,
  );
  return [`seed ${seed}: ${JSON.stringify(answer)}, expected ${expected}`, ...lines].join('\n');
}
