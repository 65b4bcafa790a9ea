import { describe, expect, it } from 'vitest';

import { MODELS } from '../../../models/catalogue.js';
import { compareWithBruteForce } from '../../testing/conformance.js';
import { SIMULATORS } from '../../testing/simulators.js';
import { heldSections } from './held-sections.js';

describe('held sections', () => {
  it.each(['owner-mutex', 'fenced-lock'] as const)('agree with brute force: %s', (name) => {
    for (const simulator of SIMULATORS[name]) {
      const tally = compareWithBruteForce(heldSections, MODELS[name], simulator, 25_000);
      expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(500);
      expect(tally.declined).toBe(0);
    }
  });
});
