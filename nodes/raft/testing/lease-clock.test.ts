import { describe, expect, it } from 'vitest';
import type { Instant, Program } from '../../../harness/contracts/program.js';
import { createRandom } from '../../../harness/environment/random.js';
import { ask, awaitLeader } from '../../replication/testing/asking.js';
import { TestNetwork } from '../../replication/testing/network.js';
import { createRaftProgram } from '../program.js';
import { RAFT_SYSTEM } from './cluster.js';

const MEMBERS = ['n1', 'n2', 'n3'];

/** How fast the leader's clocks run from some instant on; 1 is right. */
interface Speeds {
  monotonic: number;
  wall: number;
}

/** The leader is cut off with its clocks running wrong, the others go on and write: what does it still show? */
function readAtFormerLeader(speeds: Speeds, settings: Record<string, string>): unknown {
  let drifting = { name: '', sinceMs: 0 };
  const skew = (now: Instant): Instant => ({
    monotonicMs: drifting.sinceMs + (now.monotonicMs - drifting.sinceMs) * speeds.monotonic,
    wallMs: drifting.sinceMs + (now.wallMs - drifting.sinceMs) * speeds.wall,
  });
  const createProgram: typeof RAFT_SYSTEM.createProgram = (config) => {
    const program: Program = createRaftProgram(config);
    const step: Program['step'] = (input, now) =>
      program.step(input, config.name === drifting.name ? skew(now) : now);
    return { ...program, step };
  };
  const system = { ...RAFT_SYSTEM, createProgram };
  const network = new TestNetwork({ system, members: MEMBERS, random: createRandom(1), settings });
  for (const name of MEMBERS) network.restart(name);
  const leader = awaitLeader(network);
  ask(network, leader, '/put', { key: 'x', value: 'old' });
  drifting = { name: leader, sinceMs: network.nowMs };
  const others = MEMBERS.filter((name) => name !== leader);
  network.partition([leader], others);
  network.run(5000, () => network.leaders().some((name) => name !== leader));
  ask(network, others[0], '/put', { key: 'x', value: 'new' });
  const answers: unknown[] = [];
  network.request(leader, '/get', { key: 'x' }, ({ body }) => answers.push(body));
  network.run(50);
  return answers[0];
}

const STALE = { value: 'old' };

describe('a lease read at a leader that was cut off, its clock running slow', () => {
  it.each([
    { which: 'monotonic', speeds: { monotonic: 0.3, wall: 1 }, clock: 'monotonic', stale: true },
    { which: 'wall', speeds: { monotonic: 1, wall: 0.3 }, clock: 'wall', stale: true },
    { which: 'wall', speeds: { monotonic: 1, wall: 0.3 }, clock: 'monotonic', stale: false },
    { which: 'no', speeds: { monotonic: 1, wall: 1 }, clock: 'monotonic', stale: false },
  ])('is stale with the $which clock slow and clock=$clock: $stale', ({ speeds, clock, stale }) => {
    const answer = readAtFormerLeader(speeds, { reads: 'lease', clock });
    if (stale) expect(answer).toMatchObject(STALE);
    else expect(answer ?? {}).not.toMatchObject(STALE);
    const linearizable = readAtFormerLeader(speeds, { reads: 'linearizable', clock });
    expect(linearizable ?? {}).not.toMatchObject(STALE);
  });
});
