import { describe, expect, it } from 'vitest';

import { MODELS } from '../../../models/catalogue.js';
import { compareWithBruteForce } from '../../testing/conformance.js';
import { SIMULATORS } from '../../testing/simulators.js';
import { general } from './general.js';

describe('the general search', () => {
  it.each(Object.entries(MODELS))('agrees with brute force: %s', (name, model) => {
    expect(SIMULATORS[name].length).toBeGreaterThan(0);
    for (const simulator of SIMULATORS[name]) {
      const cases = 20_000 / SIMULATORS[name].length;
      const tally = compareWithBruteForce(general, model, simulator, cases);
      expect(tally.unknown + tally.declined).toBe(0);
      expect(tally.crashed).toBeGreaterThan(cases / 10);
      expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(cases / 50);
    }
  });
});
