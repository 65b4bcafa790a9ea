import { expect, it } from 'vitest';

import { FAMILIES } from './operations/registry.js';
import { familiesMissing, familiesNeeded, workloadsServed } from './serving.js';
import type { Workload } from './workload.js';

const { register, lock, fencing } = FAMILIES;

function workload(needs: Workload['needs'], options: Workload['options'] = {}): Workload {
  const create = (): never => {
    throw new Error('nothing is run');
  };
  return { name: 'some', description: '', needs, options, create };
}

const locks = workload([register, lock], {
  fencing: { description: '', default: 'none', needs: { token: [fencing] } },
});

it('needs what its options need, where they are chosen', () => {
  expect(familiesNeeded(locks)).toEqual([register, lock]);
  expect(familiesNeeded(locks, { fencing: 'none' })).toEqual([register, lock]);
  expect(familiesNeeded(locks, { fencing: 'token' })).toEqual([register, lock, fencing]);
  expect(familiesNeeded(locks, { fencing: 'toString' })).toEqual([register, lock]);
});

it('is served by whoever has all of it, whichever module the families came from', () => {
  const registers = workload([register]);
  const target = { families: [structuredName('lock'), structuredName('register')] };
  expect(workloadsServed(target, { locks, registers })).toEqual(['locks', 'registers']);
  expect(workloadsServed({ families: [register] }, { locks, registers })).toEqual(['registers']);
  const missing = familiesMissing(target, familiesNeeded(locks, { fencing: 'token' }));
  expect(missing).toEqual([fencing]);
});

function structuredName(name: string) {
  return { name, description: 'a copy', operations: {} };
}
