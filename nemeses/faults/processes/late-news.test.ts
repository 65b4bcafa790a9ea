import { expect, test } from 'vitest';
import { createRandom } from '../../../harness/environment/random.js';
import { createVirtualClock, type VirtualClock } from '../../../harness/environment/virtual.js';
import { lateNews } from './late-news.js';
import { fakeContext } from '../../testing/fake-cluster.js';

const NAMES = ['n1', 'n2', 'n3'];

async function within<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  await clock.runUntilIdle();
  return work;
}

function setUp() {
  const clock = createVirtualClock();
  const context = fakeContext(NAMES.length, clock, 'n2');
  const inject = () =>
    within(clock, lateNews.inject(lateNews.plan(createRandom(1), NAMES), context));
  return { clock, context, inject };
}

test('the leader wakes behind narrow links when another one leads, and they are open in the end', async () => {
  const { clock, context, inject } = setUp();
  const { network, nodes } = context.cluster;
  const asleep: string[][] = [];
  const { resume } = nodes[1].suspension;
  nodes[1].suspension.resume = () => {
    asleep.push([...network.shapes.keys()]);
    return resume();
  };
  const carried = await inject();
  expect(carried).toMatchObject({ nodes: ['n2'], evidence: { tookEffect: true } });
  expect(carried.evidence.observations.at(-1)).toMatch(/^n2: seen stopped .* n1 leads by then$/);
  expect(asleep).toEqual([['n1>n2', 'n3>n2']]);
  expect([...network.shapes.keys()]).toEqual(['n1>n2', 'n3>n2']);
  expect(nodes[1].state).toBe('running');
  expect((await within(clock, lateNews.heal(carried, context))).tookEffect).toBe(true);
  expect(network.shapes.size).toBe(0);
});

test('without a successor it has not taken effect, and the leader is awake again', async () => {
  const { context, inject } = setUp();
  context.target.leadership = () => ({ isLeader: false, term: 1 });
  const { evidence } = await inject();
  expect(evidence.tookEffect).toBe(false);
  expect(evidence.observations.at(-1)).toContain('nobody leads by then');
  expect(context.cluster.nodes[1].state).toBe('running');
});

test('links on which nothing has to wait are not narrow', async () => {
  const { context, inject } = setUp();
  context.cluster.network.idle = true;
  expect((await inject()).evidence.tookEffect).toBe(false);
});

test('a healing that leaves links narrow is seen', async () => {
  const { clock, context, inject } = setUp();
  const carried = await inject();
  context.cluster.network.deafToHealing = true;
  const healed = await within(clock, lateNews.heal(carried, context));
  expect(healed.tookEffect).toBe(false);
  expect(healed.observations.join()).toContain('2 of 2 links have a shape');
});
