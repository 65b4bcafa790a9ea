import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { SIMULATED_RUNS } from './configurations.js';
import { fingerprintPlans, fingerprintRun, type RunFingerprint } from './fingerprint.js';

interface Expected {
  plans: Record<string, string>;
  runs: Record<string, RunFingerprint>;
}

const expected = JSON.parse(
  readFileSync(new URL('expected.json', import.meta.url), 'utf8'),
) as Expected;

test('the same seeds plan the same faults as ever', () => {
  expect(fingerprintPlans()).toEqual(expected.plans);
});

test('every configuration has its fingerprint', () => {
  expect(Object.keys(expected.runs)).toEqual(SIMULATED_RUNS);
});

test.for(SIMULATED_RUNS)('%s is the run that it was', async (typed) => {
  expect(await fingerprintRun(typed)).toEqual(expected.runs[typed]);
});
