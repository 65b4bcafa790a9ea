import { expect, it } from 'vitest';

import { BUILT_IN } from '../definitions/registries.js';
import { understand } from '../run/run.js';
import type { SimulationPool } from './pool.js';
import { type SearchOptions, searchSeeds } from './search-seeds.js';
import type { SeedSummary } from './simulate-seed.js';

const { spec } = understand({ target: 'raft', seed: 10 }, 'simulate', BUILT_IN).resolved;

/** Threads that take so many turns for a seed, and fail with these. */
function poolOf(failing: readonly number[], turnsOf = (_seed: number) => 1): SimulationPool {
  return {
    threads: 3,
    simulate: async ({ seed }, signal): Promise<SeedSummary> => {
      for (let turn = 0; turn < turnsOf(seed); turn++) await Promise.resolve();
      signal?.throwIfAborted();
      const fails = failing.includes(seed);
      return {
        seed,
        outcome: fails ? 'violation' : 'pass',
        sentence: `seed ${seed}`,
        surprises: [],
        seenByClients: fails,
        surpriseNs: undefined,
        operations: 10,
        faults: 1,
        virtualNs: 1e9,
      };
    },
    close: () => Promise.resolve(),
  };
}

const search = (pool: SimulationPool, more: Partial<SearchOptions> = {}) =>
  searchSeeds(pool, {
    spec,
    runs: 20,
    keepGoing: false,
    signal: new AbortController().signal,
    onRun: () => undefined,
    ...more,
  });

it('tries seed after seed, and counts', async () => {
  const { tally, surprise } = await search(poolOf([]));
  expect(surprise).toBeUndefined();
  expect(tally).toMatchObject({ runs: 20, operations: 200, faults: 20, virtualNs: 20e9 });
  expect(tally.outcomes).toMatchObject({ pass: 20, violation: 0 });
});

it('tells the lowest of the seeds that fail, whichever thread was faster', async () => {
  const slowIs = (slow: number) => (seed: number) => (seed === slow ? 50 : 1);
  for (const slow of [11, 12]) {
    const { surprise } = await search(poolOf([11, 12], slowIs(slow)));
    expect(surprise?.seed).toBe(11);
  }
});

it('ends behind a surprise, or goes on to count', async () => {
  expect((await search(poolOf([11]))).tally.runs).toBeLessThan(8);
  const { tally } = await search(poolOf([11, 25]), { keepGoing: true });
  expect(tally.outcomes).toMatchObject({ pass: 18, violation: 2 });
  expect(tally.examples.get('violation')?.seed).toBe(11);
});

it('looks for something else where it is told what', async () => {
  const isFound = ({ seed }: SeedSummary) => seed === 14;
  expect((await search(poolOf([11]), { isFound })).surprise?.seed).toBe(14);
});

it('ends where it is told to, with what it has', async () => {
  const stop = new AbortController();
  const { tally, surprise } = await search(poolOf([]), {
    signal: stop.signal,
    onRun: ({ runs }) => runs >= 5 && stop.abort(),
  });
  expect(tally.runs).toBeLessThan(9);
  expect(surprise).toBeUndefined();
});

it('does not take a thread that failed for one that was stopped', async () => {
  const broken = { ...poolOf([]), simulate: () => Promise.reject(new Error('stuck')) };
  await expect(search(broken)).rejects.toThrow('stuck');
});
