import { describe, expect, it } from 'vitest';

import { createRandom } from '../../harness/environment/random.js';
import { MODELS } from '../models/catalogue.js';
import type { AnyModel } from '../models/model.js';
import { decide, ENGINES } from './decide.js';
import { general } from './search/general.js';
import { justInTime } from './search/just-in-time.js';
import { bounded, isLinearization, unlimited } from './testing/conformance.js';
import { SIMULATORS } from './testing/simulators.js';
import { simulateHistory } from './testing/simulator.js';
import { prepared, soakCases } from './testing/soak.js';

const shapes = [
  { operations: 40, processes: 5, crashRate: 0.15, lieRate: 0.02 },
  { operations: 120, processes: 4, crashRate: 0.03, lieRate: 0.004 },
];

/** Some of these histories are hard for the general search: what it cannot say in time it need not say. */
const STEPS = 20_000;

describe('engines on larger histories', () => {
  it.each(Object.entries(MODELS))('agree with each other: %s', (name, model: AnyModel) => {
    let compared = 0;
    for (const simulator of SIMULATORS[name]) {
      for (let seed = 0; seed < soakCases(200) / 10; seed++) {
        const history = simulateHistory(simulator, shapes[seed % 2], createRandom(seed));
        const question = { model, operations: prepared(model, history) };
        const answers = [general, justInTime].map((engine) =>
          engine.check(question, bounded(STEPS)),
        );
        const all = [...answers, decide(question, bounded(STEPS)).answer];
        const verdicts = all.map((each) => each.verdict).filter((verdict) => verdict !== 'unknown');
        expect({ seed, verdicts: [...new Set(verdicts)] }).toEqual({
          seed,
          verdicts: verdicts.slice(0, 1),
        });
        if (verdicts.length > 1) compared++;
        for (const answer of all) {
          if (answer.verdict !== 'valid' || !answer.linearization) continue;
          const order = Array.from(answer.linearization());
          expect(isLinearization(model, question.operations, order)).toBe(true);
        }
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
