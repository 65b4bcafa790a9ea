import { expect, it } from 'vitest';

import type { WorkloadPlan } from '../contracts/workload.js';
import type { HistoryEvent } from '../history/event.js';
import { fakeTarget } from '../testing/fake-target.js';
import { promisedLosses } from './promised-losses.js';

const done = {
  start: () => ({ next: () => ({ kind: 'done' }) as const, observe: () => undefined }),
};
const plan: WorkloadPlan = { load: done, final: done, checkers: [] };

function fault(f: string): HistoryEvent {
  return { index: 0, time: 0, process: 'nemesis', type: 'info', f };
}

function said(f: string, survivesPowerLoss: boolean, more: Partial<WorkloadPlan> = {}) {
  const durabilityModes = { weak: { description: '', survivesPowerLoss } };
  const target = { ...fakeTarget, durabilityModes };
  const forgets = (name: string) => (name === 'power' ? 'unsynced' : undefined);
  return promisedLosses([fault(f)], 'weak', target, { ...plan, ...more }, forgets);
}

it('are spoken of where power was cut, the mode may lose, and no checker knows', () => {
  expect(said('power', false)).toMatch(/the mode weak may lose .* --workload durability/);
});

it('are no excuse otherwise', () => {
  expect(said('power', true)).toBeUndefined();
  expect(said('kill', false)).toBeUndefined();
  expect(said('power', false, { weighsLosses: true })).toBeUndefined();
});
