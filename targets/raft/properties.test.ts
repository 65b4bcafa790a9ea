import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RAFT_BUGS, type RaftBug } from './bugs.js';
import { type ChaosFault, type ChaosOptions, runChaos } from './test-chaos.js';
import type { Property } from './test-invariants.js';
import { Violation } from './test-invariants.js';

/**
 * RAFT_RUNS sets how many random runs each sound configuration gets, RAFT_SEED where they begin:
 *
 *     RAFT_RUNS=2000 RAFT_SEED=7 npx vitest run targets/raft/properties.test.ts
 */
const RUNS = Number(process.env.RAFT_RUNS ?? 12);
const SEED = Number(process.env.RAFT_SEED ?? 1);

const ALL_FAULTS: readonly ChaosFault[] = [
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

/** Where each seeded bug shows, and as what. */
const FOUND: Record<RaftBug, { faults: ChaosFault[]; nodes: number; properties: Property[] }> = {
  'stale-read': { faults: ['partition'], nodes: 3, properties: ['linearizability'] },
  'forget-vote': { faults: ['kill'], nodes: 3, properties: ['election safety'] },
  'ack-before-commit': {
    faults: ['partition'],
    nodes: 3,
    properties: ['leader completeness', 'state machine safety'],
  },
  'commit-old-term': {
    faults: ['partition', 'kill'],
    nodes: 5,
    properties: ['state machine safety', 'leader completeness'],
  },
  'lost-tail': { faults: ['kill'], nodes: 3, properties: ['leader completeness', 'log matching'] },
};

const BUG_RUNS = 100;

/** The first violation within so many runs. */
function findViolation(options: Omit<ChaosOptions, 'seed'>): Violation | undefined {
  for (let seed = 1; seed <= BUG_RUNS; seed++) {
    try {
      runChaos({ ...options, seed });
    } catch (error) {
      if (error instanceof Violation) return error;
      throw error;
    }
  }
  return undefined;
}

describe('a seeded bug breaks a property', () => {
  it.each(Object.keys(RAFT_BUGS) as RaftBug[])('%s', (bug) => {
    const { faults, nodes, properties } = FOUND[bug];
    const violation = findViolation({ nodes, faults, bugs: [bug] });
    expect(properties).toContain(violation?.property);
  });
});
