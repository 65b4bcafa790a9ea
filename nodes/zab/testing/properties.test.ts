import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChaosFault } from '../../replication/testing/chaos.js';
import { BrokenInvariant } from '../../../harness/contracts/protocol-monitor.js';
import { ZAB_BUGS, type ZabBug } from '../state/bugs.js';
import { type ChaosOptions, runChaos } from './chaos.js';

/**
 * ZAB_RUNS sets how many random runs each sound configuration gets, ZAB_SEED where they begin:
 *
 *     ZAB_RUNS=2000 ZAB_SEED=7 npx vitest run nodes/zab/testing/properties.test.ts
 */
const RUNS = Number(process.env.ZAB_RUNS ?? 6);
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

/**
 * Which invariant a seeded bug breaks first, and what clients see of it, in runs with all faults. `seed` is where
 * the search begins: near a run that shows it, where few do.
 */
const FOUND: Record<ZabBug, { first: string; seen?: string; seed?: number }> = {
  'forget-epoch': { first: 'durable before answering' },
  'counter-only': { first: 'primary integrity', seen: 'linearizability' },
  'skip-truncate': { first: 'total order', seen: 'ephemeral lifetime' },
  'commit-alone': { first: 'commit by a quorum', seen: 'linearizability' },
  'unordered-proposals': { first: 'local primary order', seen: 'linearizability' },
  'moved-session': { first: 'session ownership' },
  'late-watch': { first: 'watch before data' },
  'kept-ephemeral': { first: 'ephemeral lifetime', seen: 'ephemeral lifetime' },
  'skip-sync': { first: 'read freshness', seen: 'linearizability' },
  'deposed-leader': { first: 'read freshness', seen: 'linearizability' },
  'hole-in-log': { first: 'global primary order', seed: 80 },
  'epoch-before-log': { first: 'primary integrity', seen: 'linearizability', seed: 45 },
  'early-ack': { first: 'durable before answering' },
  'old-image': { first: 'single system image', seen: 'single system image', seed: 119 },
};

const BUG_RUNS = 100;

/** The first violation within so many runs. */
function findViolation(bug: ZabBug, clientsOnly: boolean): BrokenInvariant | undefined {
  const { seed: begin = 1 } = FOUND[bug];
  for (let seed = begin; seed < begin + BUG_RUNS; seed++) {
    try {
      runChaos({ seed, nodes: 3, faults: ALL_FAULTS, bugs: [bug], clientsOnly });
    } catch (error) {
      if (error instanceof BrokenInvariant) return error;
      throw error;
    }
  }
  return undefined;
}

describe('a seeded bug breaks', () => {
  const bugs = Object.keys(ZAB_BUGS) as ZabBug[];

  it.each(bugs)('%s an invariant', (bug) => {
    expect(findViolation(bug, false)?.invariant).toBe(FOUND[bug].first);
  });

  it.each(bugs.filter((bug) => FOUND[bug].seen !== undefined))('%s what clients see', (bug) => {
    expect(findViolation(bug, true)?.invariant).toBe(FOUND[bug].seen);
  });
});
