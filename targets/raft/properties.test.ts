import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokenInvariant } from '../../harness/contracts/protocol-monitor.js';
import { RAFT_BUGS, type RaftBug } from './bugs.js';
import { type RaftFault, type ChaosOptions, runChaos } from './test-chaos.js';

/**
 * RAFT_RUNS sets how many random runs each sound configuration gets, RAFT_SEED where they begin:
 *
 *     RAFT_RUNS=2000 RAFT_SEED=7 npx vitest run targets/raft/properties.test.ts
 */
const RUNS = Number(process.env.RAFT_RUNS ?? 12);
const SEED = Number(process.env.RAFT_SEED ?? 1);

const ALL_FAULTS: readonly RaftFault[] = [
  'partition',
  'kill',
  'power',
  'pause',
  'members',
  'transfer',
];

/** Random runs, all of which must keep every property; the time limit grows with their number. */
function holds(name: string, options: Omit<ChaosOptions, 'seed'>): void {
  it(name, { timeout: 60_000 + RUNS * 2000 }, () => {
    let acknowledged = 0;
    const property = fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
      acknowledged += runChaos({ ...options, seed }).acknowledged;
    });
    fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
    // A cluster that answers nobody keeps every promise.
    expect(acknowledged).toBeGreaterThan(RUNS * 50);
  });
}

describe('a sound cluster keeps the five properties, applies once and reads the latest', () => {
  holds('three nodes, all faults', { nodes: 3, faults: ALL_FAULTS });
  holds('five nodes, all faults', { nodes: 5, faults: ALL_FAULTS });
  holds('a lossy network and no pre-vote', {
    nodes: 3,
    faults: ['partition', 'kill'],
    loss: 0.1,
    settings: { prevote: 'off' },
  });
  holds('without check-quorum', {
    nodes: 3,
    faults: ['partition', 'pause', 'kill'],
    settings: { checkQuorum: 'off' },
  });
  holds('lease reads', {
    nodes: 3,
    faults: ['partition', 'kill', 'transfer'],
    readModes: ['lease', 'linearizable'],
  });
  holds('snapshots all the time', {
    nodes: 3,
    faults: ['partition', 'power', 'members'],
    settings: { snapshotThreshold: '5', snapshotChunk: '64' },
  });
});

/** Where each seeded bug shows: which invariant breaks first, and what clients see of it. */
const FOUND: Record<RaftBug, Omit<ChaosOptions, 'seed'> & { first: string; seen: string[] }> = {
  'stale-read': {
    faults: ['partition'],
    nodes: 3,
    first: 'read freshness',
    seen: ['linearizability'],
  },
  'forget-vote': {
    faults: ['kill'],
    nodes: 3,
    first: 'durable before answering',
    seen: ['exactly once', 'linearizability'],
  },
  'ack-before-commit': {
    faults: ['partition'],
    nodes: 3,
    first: 'leader completeness',
    seen: ['exactly once', 'linearizability'],
  },
  'commit-old-term': {
    faults: ['partition', 'kill'],
    nodes: 5,
    first: 'state machine safety',
    seen: ['exactly once', 'linearizability'],
  },
  'lost-tail': {
    faults: ['kill'],
    nodes: 3,
    first: 'leader completeness',
    seen: ['exactly once', 'linearizability'],
  },
};

const BUG_RUNS = 100;

/** The first violation within so many runs. */
function findViolation(options: Omit<ChaosOptions, 'seed'>): BrokenInvariant | undefined {
  for (let seed = 1; seed <= BUG_RUNS; seed++) {
    try {
      runChaos({ ...options, seed });
    } catch (error) {
      if (error instanceof BrokenInvariant) return error;
      throw error;
    }
  }
  return undefined;
}

describe('a seeded bug breaks', () => {
  const bugs = Object.keys(RAFT_BUGS) as RaftBug[];

  it.each(bugs)('%s an invariant', (bug) => {
    const { first, ...options } = FOUND[bug];
    expect(findViolation({ ...options, bugs: [bug] })?.invariant).toBe(first);
  });

  it.each(bugs)('%s what clients see', (bug) => {
    const { seen, ...options } = FOUND[bug];
    const violation = findViolation({ ...options, bugs: [bug], clientsOnly: true });
    expect(seen).toContain(violation?.invariant);
  });
});
