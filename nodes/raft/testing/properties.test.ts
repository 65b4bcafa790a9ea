import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokenInvariant } from '../../../harness/contracts/protocol-monitor.js';
import { createRandom } from '../../../harness/environment/random.js';
import { awaitLeader } from '../../replication/testing/asking.js';
import { TestNetwork } from '../../replication/testing/network.js';
import type { RaftBug } from '../state/bugs.js';
import { createRaftMonitor } from '../monitor/monitor.js';
import { type RaftFault, type ChaosOptions, runChaos } from './chaos.js';
import { RAFT_SYSTEM } from './cluster.js';

/**
 * RAFT_RUNS sets how many random runs each sound configuration gets, RAFT_SEED where they begin:
 *
 *     RAFT_RUNS=2000 RAFT_SEED=7 npx vitest run nodes/raft/testing/properties.test.ts
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

interface Found extends Omit<ChaosOptions, 'seed'> {
  /** The invariants that may break first. */
  first: string[];
  /** What clients alone may see of it. */
  seen: string[];
}

const LOST = ['exactly once', 'linearizability', 'state machine safety'];

/** Where each seeded bug shows; the one that random faults show too seldom has a test of its own. */
const FOUND: Record<Exclude<RaftBug, 'membership-skip-overlap'>, Found> = {
  'stale-read': {
    faults: ['partition'],
    nodes: 3,
    first: ['read freshness'],
    seen: ['linearizability'],
  },
  'forget-vote': { faults: ['kill'], nodes: 3, first: ['durable before answering'], seen: LOST },
  'ack-before-commit': {
    faults: ['partition'],
    nodes: 3,
    first: ['leader completeness'],
    seen: LOST,
  },
  'commit-old-term': {
    faults: ['partition', 'kill'],
    nodes: 5,
    first: ['state machine safety'],
    seen: LOST,
  },
  'lost-tail': { faults: ['kill'], nodes: 3, first: ['leader completeness'], seen: LOST },
  'two-votes': {
    faults: ['partition', 'kill'],
    nodes: 3,
    settings: { prevote: 'off' },
    faultEveryMs: 120,
    first: ['one vote per term'],
    seen: LOST,
  },
  'lease-unbounded': {
    faults: ['pause'],
    nodes: 3,
    readModes: ['lease'],
    first: ['read freshness'],
    seen: ['linearizability'],
  },
  'ack-before-sync': {
    faults: ['power'],
    nodes: 3,
    first: ['durable before answering'],
    seen: LOST,
  },
  'snapshot-without-tail': {
    faults: ['kill'],
    nodes: 3,
    first: ['leader completeness'],
    seen: LOST,
  },
  'truncate-on-old-append': {
    faults: ['kill', 'power'],
    nodes: 3,
    duplication: 0.4,
    delayMs: 10,
    faultEveryMs: 100,
    first: ['durable before answering'],
    seen: LOST,
  },
  'retry-applied-twice': {
    faults: ['partition', 'kill'],
    nodes: 3,
    // All nodes agree on the second effect, so no invariant of the protocol breaks.
    first: ['exactly once'],
    seen: ['exactly once'],
  },
  'read-index-without-noop': {
    faults: ['partition', 'kill'],
    nodes: 3,
    first: ['read freshness'],
    seen: ['linearizability'],
  },
  // See below for what it costs.
  'ignore-prevote': { faults: ['partition'], nodes: 3, first: ['pre-vote majority'], seen: [] },
};

const BUG_RUNS = 100;

/** The first violation within so many runs. */
function findViolation(options: Omit<ChaosOptions, 'seed'>): BrokenInvariant | undefined {
  for (let seed = 1; seed <= BUG_RUNS; seed++) {
    const violation = violationOf(() => runChaos({ ...options, seed }));
    if (violation) return violation;
  }
  return undefined;
}

function violationOf(run: () => void): BrokenInvariant | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof BrokenInvariant) return error;
    throw error;
  }
  return undefined;
}

describe('a seeded bug breaks', () => {
  const bugs = Object.keys(FOUND) as (keyof typeof FOUND)[];

  it.each(bugs)('%s an invariant', (bug) => {
    const violation = findViolation({ ...FOUND[bug], bugs: [bug] });
    expect(FOUND[bug].first).toContain(violation?.invariant);
  });

  it.each(bugs.filter((bug) => FOUND[bug].seen.length > 0))('%s what clients see', (bug) => {
    const violation = findViolation({ ...FOUND[bug], bugs: [bug], clientsOnly: true });
    expect(FOUND[bug].seen).toContain(violation?.invariant);
  });

  it('ignore-prevote the peace of the leader: terms grow with every partition', () => {
    const options = { nodes: 3, faults: ['partition'], clientsOnly: true } as const;
    const terms = (bugs: readonly RaftBug[]): number =>
      [1, 2, 3, 4, 5].reduce((sum, seed) => sum + runChaos({ ...options, seed, bugs }).terms, 0);
    const [sound, disturbed] = [terms([]), terms(['ignore-prevote'])];
    expect(disturbed).toBeGreaterThan(3 * sound);
  });

  it.each([
    { bugs: [], invariant: undefined },
    { bugs: ['membership-skip-overlap'], invariant: 'leader completeness' },
  ])('one membership at a time: with the bugs $bugs', ({ bugs, invariant }) => {
    const members = ['n1', 'n2', 'n3', 'n4', 'n5'];
    const random = createRandom(1);
    const network = new TestNetwork({ system: RAFT_SYSTEM, members, random, bugs });
    network.monitor = createRaftMonitor();
    for (const name of members) network.restart(name);
    const leader = awaitLeader(network);
    const [kept, ...others] = members.filter((name) => name !== leader);
    const run = (): void => {
      network.partition([leader, kept], others);
      for (const name of others.slice(0, 2)) {
        network.request(leader, '/members/remove', { name }, () => undefined);
      }
      // Two of the three that the leader counts now, and three of the five that the others count.
      network.run(2000);
    };
    expect(violationOf(run)?.invariant).toBe(invariant);
  });
});
