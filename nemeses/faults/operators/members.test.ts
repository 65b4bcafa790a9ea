import { describe, expect, it } from 'vitest';
import { ClientError } from '../../../harness/contracts/client.js';
import { createRandom } from '../../../harness/environment/random.js';
import { createVirtualClock } from '../../../harness/environment/virtual.js';
import { nodeNames } from '../../../harness/contracts/cluster.js';
import { members } from './members.js';
import { fakeContext } from '../../testing/fake-cluster.js';

async function inject(count: number, variant: string) {
  const clock = createVirtualClock();
  const context = fakeContext(count, clock, 'n2');
  const fault = members.plan(createRandom(1), nodeNames(count), variant);
  const injected = members.inject(fault, context);
  await clock.runUntilIdle();
  return { clock, context, carried: await injected };
}

describe('changes of membership', () => {
  it.each([
    { count: 3, removed: 2, kept: 1 },
    { count: 4, removed: 3, kept: 1 },
    { count: 5, removed: 2, kept: 2 },
    { count: 7, removed: 2, kept: 3 },
  ])('of $count make $kept that are cut off a majority', async ({ count, removed, kept }) => {
    const { carried, context } = await inject(count, 'cut-off');
    expect(carried.nodes).toHaveLength(removed);
    expect(carried.nodes).not.toContain('n2');
    expect(kept).toBeGreaterThan((count - removed) / 2);
    expect(carried.parameters.links).toHaveLength(2 * kept * (count - kept));
    expect(context.cluster.network.blocked.size).toBe(2 * kept * (count - kept));
  });

  it('are asked for again where the cluster takes only one at a time', async () => {
    const clock = createVirtualClock();
    const context = fakeContext(5, clock, 'n2');
    const { membership } = context.target;
    if (!membership) expect.unreachable('the fake target has a membership');
    const { nodes } = context.cluster;
    const seen = () => membership.members(nodes[0], nodes, 1_000);
    let isBusy = false;
    const change = membership.change.bind(membership);
    membership.change = async (...args) => {
      if (isBusy) throw new ClientError('change-in-progress', 'one at a time');
      isBusy = true;
      await change(...args);
      isBusy = false;
    };
    const fault = members.plan(createRandom(1), nodeNames(5), 'minority');
    const injected = members.inject(fault, context);
    await clock.runUntilIdle();
    const carried = await injected;
    expect(await seen()).toHaveLength(3);
    const healed = members.heal(carried, context);
    await clock.runUntilIdle();
    expect((await healed).tookEffect).toBe(true);
    expect(await seen()).toHaveLength(5);
  });

  it('take no effect where nobody was removed, nor healed where somebody stays away', async () => {
    const clock = createVirtualClock();
    const context = fakeContext(3, clock, 'n2');
    const refuse = () => Promise.reject(new ClientError('not-leader', 'no'));
    const left = { members: async () => ['n1', 'n2', 'n3'], change: refuse };
    context.target.membership = left;
    const injected = members.inject(members.plan(createRandom(1), nodeNames(3), 'one'), context);
    await clock.runUntilIdle();
    const carried = await injected;
    expect(carried.evidence.tookEffect).toBe(false);
    context.target.membership = { ...left, members: async () => ['n1', 'n2'] };
    const healed = members.heal(carried, context);
    await clock.runUntilIdle();
    expect((await healed).tookEffect).toBe(false);
  });

  it.each(['before', 'after'] as const)(
    'of nodes that start anew %s they are added bring them back empty',
    async (startsAnew) => {
      const clock = createVirtualClock();
      const context = fakeContext(5, clock, 'n2');
      const { membership } = context.target;
      if (!membership) expect.unreachable('the fake target has a membership');
      context.target.membership = { ...membership, startsAnew };
      const { nodes } = context.cluster;
      const injected = members.inject(
        members.plan(createRandom(1), nodeNames(5), 'leader'),
        context,
      );
      await clock.runUntilIdle();
      const carried = await injected;
      expect(carried.nodes).toEqual(['n2']);
      expect(carried.parameters.asked).not.toBe('n2');
      expect(nodes[1].expectedEnd).toContain('removed');
      nodes[1].state = 'crashed';
      const healed = members.heal(carried, { ...context, leader: async () => 'n1' });
      await clock.runUntilIdle();
      expect((await healed).tookEffect).toBe(true);
      expect(nodes[1]).toMatchObject({ state: 'running', expectedEnd: null });
      expect([...(nodes[1].joined ?? [])].sort()).toEqual(nodeNames(5));
      expect(nodes.filter(({ joined }) => joined !== undefined)).toHaveLength(1);
    },
  );

  it('never leave less than a majority of those who are left running', async () => {
    const clock = createVirtualClock();
    const context = fakeContext(3, clock, 'n2');
    const { membership } = context.target;
    if (!membership) expect.unreachable('the fake target has a membership');
    context.target.membership = { ...membership, startsAnew: 'after' };
    context.cluster.nodes[2].state = 'stopped';
    const injected = members.inject(members.plan(createRandom(1), nodeNames(3), 'one'), context);
    await clock.runUntilIdle();
    const { evidence } = await injected;
    expect(evidence.tookEffect).toBe(false);
    expect(evidence.observations.join()).toContain('too few members would run');
  });

  it('are refused for a target that has no way to make them', () => {
    const { target } = fakeContext(3, createVirtualClock());
    const choice = { version: '1', durability: 'always', settings: {} };
    expect(members.refuses?.(target, choice)).toBeUndefined();
    expect(members.refuses?.({ ...target, membership: undefined }, choice)).toContain('no way');
  });
});
