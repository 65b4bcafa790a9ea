import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { RunSpec, ScheduledFault } from '../../harness/run/spec.js';
import { type FailingRun, minimise, type MinimiseOptions } from './minimise.js';
import type { SeedSummary } from '../search/simulate-seed.js';

function fault(startMs: number): ScheduledFault {
  return { lane: 0, fault: 'kill', variant: 'one', parameters: {}, startMs, endMs: startMs + 500 };
}

const SPEC: RunSpec = {
  target: 'raft',
  version: 'built-in',
  runtime: 'simulation',
  workload: 'register',
  workloadOptions: {},
  nodes: 5,
  concurrency: 10,
  rate: 100,
  timeMs: 64_000,
  operationTimeoutMs: 1_000,
  durability: 'batch',
  settings: {},
  bugs: [],
  faults: ['kill'],
  faultIntervalMs: 2_000,
  seed: 1,
  checkTimeMs: 1_000,
  checkMemoryBytes: 1_000,
  plan: Array.from({ length: 20 }, (_, index) => fault(index * 3_000)),
};

function summaryOf(spec: RunSpec, fails: boolean, surprise = 'linearizability'): SeedSummary {
  return {
    seed: spec.seed,
    outcome: fails ? 'violation' : 'pass',
    sentence: '',
    surprises: fails ? [surprise] : [],
    seenByClients: fails,
    surpriseNs: undefined,
    operations: Math.min(spec.operations ?? Infinity, (spec.timeMs / 1_000) * spec.rate),
    faults: spec.plan?.length ?? 0,
    virtualNs: spec.timeMs * 1e6,
  };
}

/** Minimises under a rule that says which runs fail; counts the runs that it took. */
async function shrink(
  fails: (spec: RunSpec) => boolean,
  more: Partial<MinimiseOptions> = {},
): Promise<FailingRun & { runs: number }> {
  let runs = 0;
  const found = await minimise(
    { spec: SPEC, summary: summaryOf(SPEC, true) },
    {
      runner: {
        threads: 2,
        run: (spec) => {
          runs += 1;
          return Promise.resolve(summaryOf(spec, fails(spec)));
        },
      },
      planOf: () => SPEC.plan ?? [],
      shrinksAll: true,
      tries: 4,
      otherSeeds: true,
      budget: 1_000,
      signal: new AbortController().signal,
      tell: () => undefined,
      ...more,
    },
  );
  return { ...found, runs };
}

const starts = (spec: RunSpec): number[] => (spec.plan ?? []).map(({ startMs }) => startMs);

describe('minimise', () => {
  it('leaves exactly the faults that it takes, whichever they are', async () => {
    const subset = fc.uniqueArray(fc.nat(19), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(subset, async (indices) => {
        const needed = indices.map((index) => index * 3_000).sort((a, b) => a - b);
        const { spec } = await shrink(
          (candidate) => needed.every((start) => starts(candidate).includes(start)),
          { shrinksAll: false },
        );
        expect(starts(spec)).toEqual(needed);
      }),
      { numRuns: 200 },
    );
  });

  it('makes everything smaller that can be, and nothing smaller than it must be', async () => {
    const { spec, summary } = await shrink(
      ({ nodes, concurrency, timeMs, operations = Infinity }) =>
        nodes >= 3 && concurrency >= 2 && timeMs >= 4_000 && operations >= 30,
    );
    expect(spec).toMatchObject({ nodes: 3, concurrency: 2, timeMs: 4_000, plan: [] });
    expect(summary.outcome).toBe('violation');
    expect(spec.operations).toBeGreaterThanOrEqual(30);
    expect(spec.operations).toBeLessThan(60);
  });

  it('takes another seed where the same one no longer fails', async () => {
    const { spec } = await shrink(({ nodes, seed }) => nodes === 5 || seed === 3);
    expect(spec).toMatchObject({ nodes: 1, seed: 3 });
  });

  it('does not take another failure for the same', async () => {
    const run = (spec: RunSpec): Promise<SeedSummary> =>
      Promise.resolve(summaryOf(spec, true, spec.nodes === 5 ? 'linearizability' : 'log matching'));
    const { spec } = await shrink(() => true, { runner: { threads: 1, run } });
    expect(spec.nodes).toBe(5);
    expect(spec.plan).toEqual([]);
  });

  it('ends where its budget does, with what it has', async () => {
    const { spec, runs } = await shrink(() => true, { budget: 3 });
    expect(runs).toBeLessThanOrEqual(4);
    expect(spec.nodes).toBe(1);
  });
});
