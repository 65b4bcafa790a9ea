import { describe, expect, it } from 'vitest';

import { MODELS } from '../../../models/catalogue.js';
import type { AnyModel } from '../../../models/model.js';
import type { Engine } from '../../core/engine.js';
import { compareWithBruteForce } from '../../testing/conformance.js';
import { SIMULATORS } from '../../testing/simulators.js';
import { fifoOrder } from './fifo-queue.js';
import { growOnlyChain } from './grow-only-set.js';
import { setElements } from './set-elements.js';

const cases: [Engine, keyof typeof MODELS][] = [
  [setElements, 'set'],
  [growOnlyChain, 'grow-only-set'],
  [fifoOrder, 'fifo-queue'],
];

describe('engines for collections', () => {
  it.each(cases)('$name agrees with brute force', (engine, name) => {
    const model: AnyModel = MODELS[name];
    const verdicts = { valid: 0, invalid: 0 };
    for (const simulator of SIMULATORS[name]) {
      const tally = compareWithBruteForce(
        engine,
        model,
        simulator,
        name === 'set' ? 40_000 : 20_000,
      );
      verdicts.valid += tally.valid;
      verdicts.invalid += tally.invalid;
    }
    expect(Math.min(verdicts.valid, verdicts.invalid)).toBeGreaterThan(1000);
    expect(verdicts.valid + verdicts.invalid).toBeGreaterThan(20_000);
  });
});
