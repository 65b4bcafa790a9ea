import { describe, expect, it } from 'vitest';

import { MODELS } from '../../../models/catalogue.js';
import { compareWithBruteForce, unlimited } from '../../testing/conformance.js';
import { registerSimulator, reportingSimulator } from '../../testing/register-simulators.js';
import { SIMULATORS } from '../../testing/simulators.js';
import { reportedVersions } from './reported-versions.js';
import { versionOrder } from './version-order.js';

const { 'versioned-register': versioned, 'cas-register': casRegister } = MODELS;
const choices = [
  { unique: false, domain: 3, cas: 0.4 },
  { unique: true, domain: 0, cas: 0.4 },
];

describe('the order of versions', () => {
  const [repeating, unique] = SIMULATORS['versioned-register'];

  it.each([
    ['values that repeat', repeating],
    ['unique values', unique],
  ])('agrees with brute force: %s', (_, simulator) => {
    const count = 25_000;
    const tally = compareWithBruteForce(versionOrder, versioned, simulator, count);
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(1000);
    expect(tally.declined / count).toBeLessThan(0.1);
  });

  it('begins after the version that a register starts with', () => {
    const times = { call: 0, return: 1, startTime: 0, endTime: 1 };
    const write = { process: 0, f: 'write', input: 1, output: -1, type: 'ok', ...times } as const;
    const question = { model: versioned, operations: [write] };
    expect(versionOrder.check(question, unlimited())).toMatchObject({ verdict: 'invalid' });
  });

  it.each(choices)('agrees with brute force where it is a hint: unique $unique', (choice) => {
    const count = 25_000;
    const simulator = reportingSimulator(choice);
    const tally = compareWithBruteForce(reportedVersions, casRegister, simulator, count);
    expect(tally.valid).toBeGreaterThan(count / 4);
    expect(tally.invalid).toBe(0);
  });

  it('is no hint where none are reported', () => {
    const simulator = registerSimulator(choices[0]);
    const tally = compareWithBruteForce(reportedVersions, casRegister, simulator, 1_000);
    expect(tally.declined).toBeGreaterThan(500);
  });
});
