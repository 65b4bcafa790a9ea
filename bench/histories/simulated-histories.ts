import {
  registerSimulator,
  reportingSimulator,
} from '../../checkers/linearizability/testing/register-simulators.js';
import { SIMULATORS } from '../../checkers/linearizability/testing/simulators.js';
import {
  simulateHistory,
  type AnySimulator,
} from '../../checkers/linearizability/testing/simulator.js';
import type { Operation } from '../../harness/history/operation.js';
import type { Random } from '../../harness/environment/random.js';

const FIVE_VALUES = { unique: false, domain: 5, cas: 0.33 };

/** Systems that behave as a model says, by name. */
const SYSTEMS = {
  counter: SIMULATORS.counter[0],
  'owner-mutex': SIMULATORS['owner-mutex'][0],
  'versioned-register': SIMULATORS['versioned-register'][1],
  'register of 5 values': registerSimulator(FIVE_VALUES),
  'register of 5 values that reports versions': reportingSimulator(FIVE_VALUES),
  'fifo-queue': SIMULATORS['fifo-queue'][1],
  'grow-only-set': SIMULATORS['grow-only-set'][1],
} satisfies Record<string, AnySimulator>;

export type SystemName = keyof typeof SYSTEMS;

/** A history of one of those systems; no operation crashes, and no answer is wrong. */
export interface SimulatedRecipe {
  system: SystemName;
  operations: number;
  clients: number;
}

export function generateSimulated(recipe: SimulatedRecipe, random: Random): Operation[] {
  const { system, operations, clients } = recipe;
  const shape = { operations, processes: clients, crashRate: 0, lieRate: 0 };
  return simulateHistory(SYSTEMS[system], shape, random);
}
