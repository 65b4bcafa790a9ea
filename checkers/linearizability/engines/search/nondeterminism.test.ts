import { describe, expect, it } from 'vitest';

import type { AnyModel, Model } from '../../../models/model.js';
import { compareFrontier } from '../../testing/agreement.js';
import { compareWithBruteForce } from '../../testing/conformance.js';
import type { AnySimulator } from '../../testing/simulator.js';
import { general } from './general.js';
import { justInTime } from './just-in-time.js';

const FACES = 5;

/** A wheel that a push turns by nothing, one or two; only looking at it tells. */
const wheel: Model<number> = {
  name: 'wheel',
  description: 'push, look → where it stands; starts at 0',
  operations: { push: 'update', look: 'observer' },
  initial: 0,
  step: (state, { f, output }) => {
    if (f === 'push') return [state, (state + 1) % FACES, (state + 2) % FACES];
    return state === output ? [state] : [];
  },
  stateKey: String,
  describe: String,
};

const turning: AnySimulator = {
  initial: 0,
  propose: (random) => ({ f: random.next() < 0.5 ? 'push' : 'look', input: null }),
  apply: (state, f) =>
    f === 'push'
      ? { state: ((state as number) + 2) % FACES, output: null }
      : { state, output: state as number },
  guess: (random, f) => ({ output: f === 'push' ? null : random.integer(FACES) }),
};

describe('a model that allows several states', () => {
  const model: AnyModel = wheel as AnyModel;

  it.each([general, justInTime])('is judged as by brute force: $name', (engine) => {
    const tally = compareWithBruteForce(engine, model, turning, 20_000);
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(1000);
  });

  it('is followed as by brute force: the frontier', () => {
    expect(() => compareFrontier(model, turning, 20_000)).not.toThrow();
  });
});
