import { describe, expect, it } from 'vitest';

import { createRandom } from '../../../harness/environment/random.js';
import { MODELS } from '../../models/catalogue.js';
import type { AnyModel } from '../../models/model.js';
import { decide, ENGINES } from '../engines/decide.js';
import { compareEngines } from '../testing/agreement.js';
import { unlimited } from '../testing/conformance.js';
import { SIMULATORS } from '../testing/simulators.js';
import { simulateHistory } from '../testing/simulator.js';
import { prepared } from '../testing/cases.js';

describe('engines on larger histories', () => {
  it.each(Object.entries(MODELS))('agree with each other: %s', (name, model: AnyModel) => {
    let compared = 0;
    for (const simulator of SIMULATORS[name]) {
      for (let seed = 0; seed < 20; seed++) {
        if (compareEngines(model, simulator, seed) > 1) compared++;
      }
    }
    expect(compared).toBeGreaterThan(0);
  });

  it('finds every honest history valid, and some dishonest ones invalid, in each model', () => {
    for (const [name, model] of Object.entries(MODELS)) {
      const found = new Set<string>();
      for (const simulator of SIMULATORS[name].filter((each) => !each.isCareless)) {
        for (let seed = 0; seed < 100; seed++) {
          const lieRate = seed % 2 === 0 ? 0 : 0.3;
          const shape = { operations: 12, processes: 3, crashRate: 0.1, lieRate };
          const operations = prepared(model, simulateHistory(simulator, shape, createRandom(seed)));
          const { verdict } = decide({ model, operations }, unlimited()).answer;
          if (lieRate === 0)
            expect({ name, seed, verdict }).toEqual({ name, seed, verdict: 'valid' });
          found.add(verdict);
        }
      }
      expect({ name, found }).toEqual({ name, found: new Set(['valid', 'invalid']) });
    }
  });

  it('has a name and a reason for each engine', () => {
    for (const [name, engine] of Object.entries(ENGINES)) expect(engine.name).toBe(name);
  });
});
