import { describe, expect, it } from 'vitest';

import { MODELS } from '../../models/catalogue.js';
import type { AnyModel } from '../../models/model.js';
import { compareWithBruteForce } from '../testing/conformance.js';
import { keyValueSimulator, registerSimulator } from '../testing/register-simulators.js';
import type { AnySimulator } from '../testing/simulator.js';
import { soakCases } from '../testing/soak.js';
import { justInTime } from './just-in-time.js';

const cases: [string, AnyModel, AnySimulator][] = [
  ['register', MODELS.register, registerSimulator({ unique: false, domain: 3, cas: 0 })],
  ['cas', MODELS['cas-register'], registerSimulator({ unique: false, domain: 3, cas: 0.4 })],
  ['unique cas', MODELS['cas-register'], registerSimulator({ unique: true, domain: 0, cas: 0.4 })],
  ['key-value', MODELS['key-value'], keyValueSimulator],
];

describe('the just-in-time search', () => {
  it.each(cases)('agrees with brute force: %s', (_, model, simulator) => {
    const tally = compareWithBruteForce(justInTime, model, simulator, soakCases(20_000));
    expect(tally.unknown + tally.declined).toBe(0);
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(1000);
  });
});
