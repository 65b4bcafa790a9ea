import { expect, test } from 'vitest';
import { createRandom } from '../../../harness/environment/random.js';
import { createVirtualClock, type VirtualClock } from '../../../harness/environment/virtual.js';
import { laggards } from './laggards.js';
import { type FakeContext, fakeContext } from '../../testing/fake-cluster.js';

const NAMES = ['n1', 'n2', 'n3', 'n4', 'n5'];

/** What became of which node, in order. */
function watch({ cluster }: FakeContext): string[] {
  const seen: string[] = [];
  for (const node of cluster.nodes) {
    const { kill, start } = node.process;
    node.process.kill = () => kill().then(() => void seen.push(`${node.name} killed`));
    node.process.start = () => start().then(() => void seen.push(`${node.name} started`));
  }
  return seen;
}

async function within<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  await clock.runUntilIdle();
  return work;
}

test('one of those that were away is back before the leader goes, and the others come after it', async () => {
  const clock = createVirtualClock();
  const context = fakeContext(NAMES.length, clock, 'n2');
  const seen = watch(context);
  const carried = await within(
    clock,
    laggards.inject(laggards.plan(createRandom(1), NAMES), context),
  );
  const [first, late] = carried.nodes;
  expect(carried.evidence.tookEffect).toBe(true);
  expect(seen.slice(0, 2).sort()).toEqual([`${first} killed`, `${late} killed`].sort());
  expect(seen.slice(2)).toEqual([`${first} started`, 'n2 killed']);
  const healed = await within(clock, laggards.heal(carried, context));
  expect(healed.tookEffect).toBe(true);
  expect(seen.slice(4)).toEqual([`${late} started`, 'n2 started']);
});

test('without the first one back it has not taken effect', async () => {
  const clock = createVirtualClock();
  const context = fakeContext(NAMES.length, clock, 'n2');
  for (const node of context.cluster.nodes) node.status = () => Promise.resolve(undefined);
  const fault = laggards.plan(createRandom(1), NAMES);
  const carried = await within(clock, laggards.inject(fault, context));
  expect(carried.evidence.tookEffect).toBe(false);
  expect(carried.evidence.observations.join()).toContain('not back in time');
});

test('with one node there is nobody who could lag', async () => {
  const clock = createVirtualClock();
  const context = fakeContext(1, clock, 'n1');
  const fault = laggards.plan(createRandom(1), ['n1']);
  const carried = await within(clock, laggards.inject(fault, context));
  expect(carried.evidence).toMatchObject({ tookEffect: false });
});
