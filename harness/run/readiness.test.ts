import { describe, expect, it } from 'vitest';

import { fakeTarget } from '../testing/fake-target.js';
import type { Crash } from '../contracts/cluster.js';
import type { Target } from '../contracts/target.js';
import { createVirtualClock } from '../environment/virtual.js';
import type { JsonObject } from '../json.js';
import { findLeader, type ReadinessWait, waitUntilReady } from './readiness.js';
import { FakeCluster } from './testing/fake-cluster.js';

const TIMEOUT_MS = 10_000;
const CRASH: Crash = { node: 'n3', time: 0, exitCode: 1, signal: null, logTail: 'panic: no disk' };

const target: Target = { ...fakeTarget, isReady: ({ ready }) => ready === true };

/** Three nodes of which those are ready that are named; the others answer with what is given. */
function createWait(ready: readonly string[], other: JsonObject | undefined = { ready: false }) {
  const clock = createVirtualClock();
  const cluster = new FakeCluster(3, []);
  for (const node of cluster.nodes) if (!ready.includes(node.name)) node.answer = other;
  const crashes: Crash[] = [];
  const stop = new AbortController();
  const wait: ReadinessWait = {
    ...{ cluster, target, clock, crashes },
    timeoutMs: TIMEOUT_MS,
    signal: stop.signal,
  };
  const settle = (more: Partial<ReadinessWait> = {}): Promise<number> =>
    clock.runUntilSettled(waitUntilReady({ ...wait, ...more }));
  return { clock, cluster, crashes, stop, settle };
}

describe('the wait until nodes are ready', () => {
  it('takes no time where all of them are', async () => {
    expect(await createWait(['n1', 'n2', 'n3']).settle()).toBe(0);
  });

  it('lasts until the last one is', async () => {
    const { clock, cluster, settle } = createWait(['n1', 'n2'], undefined);
    clock.setTimer(() => (cluster.nodes[2].answer = { ready: false }), 1_000);
    clock.setTimer(() => (cluster.nodes[2].answer = { ready: true }), 3_000);
    const tookMs = await settle();
    expect(tookMs).toBeGreaterThanOrEqual(3_000);
    expect(tookMs).toBeLessThan(3_100);
  });

  it('gives up when its time is over, and says who was not, and what the first one has logged', async () => {
    const { clock, settle } = createWait(['n1']);
    await expect(settle()).rejects.toMatchObject({
      name: 'NotReadyError',
      nodes: ['n2', 'n3'],
      message: `Nodes n2, n3 were not ready to serve within 10.1 s. The end of n2's log:\nthe log of n2`,
    });
    expect(clock.now()).toBeLessThan((TIMEOUT_MS + 100) * 1e6);
  });

  it('speaks of one node in the singular', async () => {
    await expect(createWait(['n1', 'n3']).settle()).rejects.toThrow(/^Node n2 was not ready/);
  });

  it('is content with as many as are needed', async () => {
    const { clock, cluster, settle } = createWait(['n1']);
    clock.setTimer(() => (cluster.nodes[2].answer = { ready: true }), 2_000);
    expect(await settle({ needed: 2 })).toBeLessThan(2_100);
    expect(await settle({ needed: 1 })).toBe(0);
  });

  it('gives up where fewer are ready than are needed', async () => {
    await expect(createWait(['n1']).settle({ needed: 2 })).rejects.toThrow(
      /^Nodes n2, n3 were not/,
    );
  });

  it('ends early where a node has crashed, and says what it says', async () => {
    const { clock, crashes, settle } = createWait(['n1', 'n2'], undefined);
    clock.setTimer(() => crashes.push(CRASH), 1_000);
    await expect(settle()).rejects.toMatchObject({
      name: 'EndedError',
      message: 'Node n3 ended by itself; n3 says: panic: no disk',
    });
    expect(clock.now()).toBeLessThan(1_100 * 1e6);
  });

  it('names each node once that has crashed', async () => {
    const { crashes, settle } = createWait(['n1'], undefined);
    crashes.push({ ...CRASH, logTail: '' }, { ...CRASH, node: 'n2' }, CRASH);
    await expect(settle()).rejects.toThrow(
      'Nodes n2, n3 ended by themselves; n3 says: the log is empty',
    );
  });

  it('does not mind a crash of a node that is back', async () => {
    const { crashes, settle } = createWait(['n1', 'n2', 'n3']);
    crashes.push(CRASH);
    expect(await settle()).toBe(0);
  });

  it('ends without an error when it is aborted', async () => {
    const { clock, stop, settle } = createWait(['n1']);
    clock.setTimer(() => stop.abort(), 2_000);
    expect(await settle()).toBe(2_000);
  });
});

describe('the leader', () => {
  it('is who claims it in the highest term', async () => {
    const cluster = new FakeCluster(3, []);
    cluster.nodes[0].answer = { isLeader: true, term: 3 };
    cluster.nodes[1].answer = { isLeader: true, term: 10 };
    cluster.nodes[2].answer = { isLeader: false, term: 11 };
    expect(await findLeader(cluster, fakeTarget)).toBe('n2');
  });

  it('is nobody where none claims it, and where none answers', async () => {
    const cluster = new FakeCluster(2, []);
    cluster.nodes[0].answer = { isLeader: false, term: 3 };
    cluster.nodes[1].answer = undefined;
    expect(await findLeader(cluster, fakeTarget)).toBeUndefined();
  });
});
