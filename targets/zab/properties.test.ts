import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChaosFault } from '../replication/testing/chaos.js';
import { type ChaosOptions, runChaos } from './test-chaos.js';

/**
 * ZAB_RUNS sets how many random runs each sound configuration gets, ZAB_SEED where they begin:
 *
 *     ZAB_RUNS=2000 ZAB_SEED=7 npx vitest run targets/zab/properties.test.ts
 */
const RUNS = Number(process.env.ZAB_RUNS ?? 12);
const SEED = Number(process.env.ZAB_SEED ?? 1);

const ALL_FAULTS: readonly ChaosFault[] = ['partition', 'kill', 'power', 'pause'];

/** Random runs, all of which must keep every property; the time limit grows with their number. */
function holds(name: string, options: Omit<ChaosOptions, 'seed'>): void {
  it(name, { timeout: 60_000 + RUNS * 2000 }, () => {
    let acknowledged = 0;
    const property = fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
      acknowledged += runChaos({ ...options, seed }).acknowledged;
    });
    fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
    // An ensemble that answers nobody keeps every promise.
    expect(acknowledged).toBeGreaterThan(RUNS * 50);
  });
}

describe('a sound ensemble keeps every invariant, and its clients see the latest', () => {
  holds('three servers, all faults', { nodes: 3, faults: ALL_FAULTS });
  holds('five servers, all faults', { nodes: 5, faults: ALL_FAULTS });
  holds('a lossy network', { nodes: 3, faults: ['partition', 'kill'], loss: 0.1 });
  holds('one server', { nodes: 1, faults: ['kill', 'power', 'pause'] });
  holds('snapshots all the time', {
    nodes: 3,
    faults: ['partition', 'power'],
    settings: { snapshotThreshold: '5' },
  });
});
