import { describe, expect, it } from 'vitest';

import { createRandom } from '../../../../harness/environment/random.js';
import { MODELS } from '../../../models/catalogue.js';
import type { AnyModel } from '../../../models/model.js';
import { compareWithBruteForce, isLinearization, unlimited } from '../../testing/conformance.js';
import { registerSimulator } from '../../testing/register-simulators.js';
import { simulateHistory, type AnySimulator } from '../../testing/simulator.js';
import { prepared } from '../../testing/cases.js';
import { zones } from './engine.js';

const { register, 'cas-register': casRegister } = MODELS;

const cases: [string, AnyModel, AnySimulator, number][] = [
  ['unique values', register, registerSimulator({ unique: true, domain: 0, cas: 0 }), 0],
  [
    'unique values with cas',
    casRegister,
    registerSimulator({ unique: true, domain: 0, cas: 0.4 }),
    0.1,
  ],
  ['a domain of six', casRegister, registerSimulator({ unique: false, domain: 6, cas: 0.3 }), 0.5],
];

describe('zones', () => {
  it.each(cases)('agree with brute force: %s', (_, model, simulator, declined) => {
    const count = 25_000;
    const tally = compareWithBruteForce(zones, model, simulator, count);
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(1000);
    expect(tally.declined / count).toBeLessThanOrEqual(declined);
  });

  it('find places for compare-and-sets that failed, in long histories', () => {
    const simulator = registerSimulator({ unique: true, domain: 0, cas: 0.4 });
    for (let seed = 0; seed < 10; seed++) {
      const shape = { operations: 2000, processes: 20, crashRate: 0.005, lieRate: 0 };
      const operations = prepared(
        casRegister,
        simulateHistory(simulator, shape, createRandom(seed)),
      );
      const answer = zones.check({ model: casRegister, operations }, unlimited());
      const order = answer.verdict === 'valid' ? answer.linearization?.() : undefined;
      const isProven = order && isLinearization(casRegister, operations, Array.from(order));
      expect({ seed, verdict: answer.verdict, isProven }).toEqual({
        seed,
        verdict: 'valid',
        isProven: true,
      });
    }
  });
});
