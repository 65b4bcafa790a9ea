import { describe, expect, it } from 'vitest';

import { MODELS } from '../../../models/catalogue.js';
import { compareWithBruteForce, unlimited } from '../../testing/conformance.js';
import { SIMULATORS } from '../../testing/simulators.js';
import { incrementWindows } from './increment-windows.js';

describe('windows of increments', () => {
  const [byOne, byMore] = SIMULATORS.counter;

  it('agree with brute force', () => {
    const tally = compareWithBruteForce(incrementWindows, MODELS.counter, byOne, 25_000);
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(1000);
    expect(tally.declined).toBe(0);
  });

  it('need no room for numbers that nothing can have counted to', () => {
    const times = { call: 0, return: 1, startTime: 0, endTime: 1 };
    const read = {
      process: 0,
      f: 'read',
      input: null,
      output: 1e15,
      type: 'ok',
      ...times,
    } as const;
    const question = { model: MODELS.counter, operations: [read] };
    expect(incrementWindows.check(question, unlimited())).toMatchObject({ verdict: 'invalid' });
  });

  it('are not asked about increments by other amounts', () => {
    const count = 2_000;
    const tally = compareWithBruteForce(incrementWindows, MODELS.counter, byMore, count);
    expect(tally.declined).toBeGreaterThan(count / 4);
  });
});
