import { describe, expect, it } from 'vitest';

import { MODELS } from '../../models/catalogue.js';
import type { AnyModel } from '../../models/model.js';
import { compareWithBruteForce } from '../testing/conformance.js';
import { registerSimulator } from '../testing/register-simulators.js';
import type { AnySimulator } from '../testing/simulator.js';
import { soakCases } from '../testing/soak.js';
import { zones } from './engine.js';

const { register, 'cas-register': casRegister } = MODELS;

const cases: [string, AnyModel, AnySimulator, number][] = [
  ['unique values', register, registerSimulator({ unique: true, domain: 0, cas: 0 }), 0],
  [
    'unique values with cas',
    casRegister,
    registerSimulator({ unique: true, domain: 0, cas: 0.4 }),
    0.1,
  ],
  ['a domain of six', casRegister, registerSimulator({ unique: false, domain: 6, cas: 0.3 }), 0.5],
];

describe('zones', () => {
  it.each(cases)('agree with brute force: %s', (_, model, simulator, declined) => {
    const count = soakCases(25_000);
    const tally = compareWithBruteForce(zones, model, simulator, count);
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(1000);
    expect(tally.declined / count).toBeLessThanOrEqual(declined);
  });
});
