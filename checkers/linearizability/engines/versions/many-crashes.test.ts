import { describe, expect, it } from 'vitest';

import { MODELS } from '../../../models/catalogue.js';
import { MANY_CRASHES } from '../../testing/cases.js';
import { compareWithBruteForce } from '../../testing/conformance.js';
import { reportingSimulator, versionedSimulator } from '../../testing/register-simulators.js';
import { reportedVersions } from './reported-versions.js';
import { versionOrder } from './version-order.js';

const reporting = [
  ['register', 1, 0],
  ['register', 2, 0],
  ['cas-register', 1, 0.4],
  ['cas-register', 2, 0.4],
] as const;

/** Several crashed changes to one value, so that a version may be that of any of them. */
describe('versions that nobody was told', () => {
  it.each([1, 2])('are placed as brute force does, with %i values', (domain) => {
    const count = 20_000;
    const simulator = versionedSimulator(domain);
    const model = MODELS['versioned-register'];
    const tally = compareWithBruteForce(versionOrder, model, simulator, count, 0, MANY_CRASHES);
    expect(tally.crashed).toBeGreaterThan(count / 2);
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(1000);
    expect(tally.declined / count).toBeLessThan(0.15);
    expect(tally.looseCulprits).toBe(0);
  });

  it.each(reporting)('are a hint for a %s of %i values', (name, domain, cas) => {
    const count = 10_000;
    const simulator = reportingSimulator({ unique: false, domain, cas });
    const model = MODELS[name];
    const tally = compareWithBruteForce(reportedVersions, model, simulator, count, 0, MANY_CRASHES);
    expect(tally.crashed).toBeGreaterThan(count / 2);
    expect(tally.valid).toBeGreaterThan(count / 2);
    expect(tally.invalid).toBe(0);
  });
});
