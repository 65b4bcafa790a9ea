import { describe, expect, it } from 'vitest';

import { createRandom } from '../../../harness/environment/random.js';
import { MODELS } from '../../models/catalogue.js';
import type { AnyModel } from '../../models/model.js';
import { bruteForce } from '../testing/brute-force.js';
import { keyValueSimulator, registerSimulator } from '../testing/register-simulators.js';
import type { AnySimulator } from '../testing/simulator.js';
import { smallCase } from '../testing/cases.js';
import { Closure } from './closure.js';

const cas = MODELS['cas-register'];
const cases: [string, AnyModel, AnySimulator][] = [
  ['a small domain', cas, registerSimulator({ unique: false, domain: 3, cas: 0.4 })],
  ['unique values', cas, registerSimulator({ unique: true, domain: 0, cas: 0.3 })],
  ['key-value', MODELS['key-value'], keyValueSimulator],
];

describe('a closed choice of operations', () => {
  it.each(cases)('never fails where the whole does not: %s', (_, model, simulator) => {
    let smaller = 0;
    for (let seed = 0; seed < 20_000; seed++) {
      const operations = smallCase(model, simulator, seed);
      if (!bruteForce(model, operations)) continue;
      const random = createRandom(seed).fork('choice');
      const choice = operations.filter(() => random.next() < 0.5);
      const closed = new Closure(model, operations).of(choice);
      if (closed.length < operations.length) smaller++;
      if (!bruteForce(model, closed)) expect.fail(`seed ${seed}`);
    }
    expect(smaller).toBeGreaterThan(1000);
  });
});
