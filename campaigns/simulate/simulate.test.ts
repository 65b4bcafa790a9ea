import { join } from 'node:path';
import { expect, it } from 'vitest';

import { mine } from '../testing/definitions.js';
import { useWorkshop } from '../testing/context.js';
import { simulateCampaign, type SimulateRequest } from './simulate.js';

const workshop = useWorkshop();
const DEFINITIONS = join(import.meta.dirname, '../testing/definitions.ts');

const simulate = (request: Partial<SimulateRequest>) => {
  const quick = { target: 'raft', nodes: 3, time: '3s', seed: 1, runs: 2, jobs: 1 };
  const runsDirectory = workshop.folder;
  return simulateCampaign({ ...quick, runsDirectory, ...request }, workshop.context);
};

it('is a pass where all runs were', async () => {
  const { outcome, tally, run, localReason } = await simulate({ faults: 'kill' });
  expect({ outcome, runs: tally.runs, run }).toEqual({ outcome: 'pass', runs: 2, run: undefined });
  expect(localReason).toBeUndefined();
});

it('makes the run that fails smaller, and records it', async () => {
  const { outcome, surprise, run } = await simulate({
    bugs: ['stale-read'],
    faults: 'partition',
    time: '20s',
    runs: 20,
  });
  expect(outcome).toBe('violation');
  expect(run?.result.outcome).toBe('violation');
  expect(run?.record.spec.timeMs).toBeLessThan(20_000);
  expect(run?.record.replayCommand).toBe(`npx schism replay ${run?.folder.path}`);
  expect(workshop.said[0]).toBe(`seed ${surprise?.seed}: ${surprise?.sentence}`);
});

it('runs a definition that no other thread can load in this one, and says so', async () => {
  const { outcome, localReason } = await simulate({ workload: mine });
  expect(outcome).toBe('pass');
  expect(localReason).toBe(
    'One run after the other in the thread of the caller: the module of mine (workloads) is not known, so that no ' +
      'other thread can load it.',
  );
});

it('lets threads load a definition of which the module is known', async () => {
  const { outcome, localReason } = await simulate({ workload: mine, module: DEFINITIONS });
  expect({ outcome, localReason }).toEqual({ outcome: 'pass', localReason: undefined });
});

it.each<[Partial<SimulateRequest>, RegExp]>([
  [{ target: 'etcd' }, /etcd/],
  [{ runs: 0 }, /"0" is not a number of runs/],
  [{ image: 'x' }, /unknown option "image"/],
  [{ for: 'ever' }, /"ever" is not a duration/],
  [{ faults: 'memory' }, /the runtime simulation cannot do the fault memory/],
])('refuses %j with a sentence', async (request, sentence) => {
  await expect(simulate(request)).rejects.toThrow(sentence);
});
