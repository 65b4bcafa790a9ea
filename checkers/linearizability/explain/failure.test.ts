import { describe, expect, it } from 'vitest';

import { createRealClock } from '../../../harness/environment/real.js';
import { MODELS } from '../../models/catalogue.js';
import type { AnyModel } from '../../models/model.js';
import { decide } from '../engines/decide.js';
import { bruteForce } from '../testing/brute-force.js';
import { isLinearization, unlimited } from '../testing/conformance.js';
import { keyValueSimulator, registerSimulator } from '../testing/register-simulators.js';
import { SIMULATORS } from '../testing/simulators.js';
import type { AnySimulator } from '../testing/simulator.js';
import { smallCase } from '../testing/cases.js';
import { explainFailure } from './failure.js';
import { cutAt } from './prefix.js';

const cas = MODELS['cas-register'];
const of = (name: keyof typeof MODELS): [string, AnyModel, AnySimulator] => {
  return [name, MODELS[name], SIMULATORS[name][0]];
};
const cases: [string, AnyModel, AnySimulator][] = [
  ['a small domain', cas, registerSimulator({ unique: false, domain: 3, cas: 0.4 })],
  ['unique values', cas, registerSimulator({ unique: true, domain: 0, cas: 0.3 })],
  ['key-value', MODELS['key-value'], keyValueSimulator],
  ...(['versioned-register', 'counter', 'owner-mutex', 'fenced-lock', 'fifo-queue'] as const).map(
    of,
  ),
];
const clock = createRealClock();

describe('the explanation of a failure', () => {
  it.each(cases)('is a failure itself, and says where it began: %s', (_, model, simulator) => {
    let explained = 0;
    for (let seed = 0; seed < 3_000; seed++) {
      const operations = smallCase(model, simulator, seed);
      const decision = decide({ model, operations }, unlimited());
      if (decision.answer.verdict !== 'invalid') continue;
      const failure = explainFailure(model, { key: null, operations }, decision, clock, Infinity);
      const shown = operations.filter((each) =>
        failure.operations.some(({ id }) => id === each.call),
      );
      if (bruteForce(model, shown)) expect.fail(`seed ${seed}: no failure`);
      const end = failure.longestPrefix?.events ?? -1;
      const [before, after] = [end, end + 1].map((at) =>
        bruteForce(model, cutAt(model, operations, at)),
      );
      if (!before || after) expect.fail(`seed ${seed}: the prefix ends at ${end}`);
      for (const { steps } of failure.partialLinearizations) {
        const order = steps.map(({ id }) => shown.findIndex((each) => each.call === id));
        const placed = shown.filter((each, i) => order.includes(i) || each.return === Infinity);
        const indexes = order.map((index) => placed.indexOf(shown[index]));
        if (!isLinearization(model, placed, indexes)) expect.fail(`seed ${seed}: a wrong order`);
      }
      expect(failure.sentences.length).toBeGreaterThan(0);
      explained++;
    }
    expect(explained).toBeGreaterThan(200);
  });
});
