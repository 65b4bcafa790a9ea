import { describe, expect, it } from 'vitest';

import { MODELS } from '../../models/catalogue.js';
import { compareWithBruteForce } from '../testing/conformance.js';
import { SIMULATORS } from '../testing/simulators.js';
import { soakCases } from '../testing/soak.js';
import { incrementWindows } from './increment-windows.js';

describe('windows of increments', () => {
  const [byOne, byMore] = SIMULATORS.counter;

  it('agree with brute force', () => {
    const tally = compareWithBruteForce(incrementWindows, MODELS.counter, byOne, soakCases(25_000));
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(1000);
    expect(tally.declined).toBe(0);
  });

  it('are not asked about increments by other amounts', () => {
    const count = soakCases(2_000);
    const tally = compareWithBruteForce(incrementWindows, MODELS.counter, byMore, count);
    expect(tally.declined).toBeGreaterThan(count / 4);
  });
});
