import { expect, it } from 'vitest';

import { FAMILIES } from './families/registry.js';
import { familiesMissing, familiesNeeded, workloadsServed } from './serving.js';

const { register, lock, fencing } = FAMILIES;

const locks = {
  needs: [register, lock],
  options: { fencing: { default: 'none', needs: { token: [fencing] } } },
};

it('needs what its options need, where they are chosen', () => {
  expect(familiesNeeded(locks)).toEqual([register, lock]);
  expect(familiesNeeded(locks, { fencing: 'none' })).toEqual([register, lock]);
  expect(familiesNeeded(locks, { fencing: 'token' })).toEqual([register, lock, fencing]);
  expect(familiesNeeded(locks, { fencing: 'toString' })).toEqual([register, lock]);
});

it('is served by whoever has all of it, whichever module the families came from', () => {
  const registers = { needs: [register], options: {} };
  const target = { families: [structuredName('lock'), structuredName('register')] };
  expect(workloadsServed(target, { locks, registers })).toEqual(['locks', 'registers']);
  expect(workloadsServed({ families: [register] }, { locks, registers })).toEqual(['registers']);
  const missing = familiesMissing(target, familiesNeeded(locks, { fencing: 'token' }));
  expect(missing).toEqual([fencing]);
});

function structuredName(name: string) {
  return { name, description: 'a copy', operations: {} };
}
