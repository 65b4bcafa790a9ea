import { describe, expect, test } from 'vitest';
import type { CarriedFault, Nemesis } from '../../harness/contracts/nemesis.js';
import { createRandom } from '../../harness/environment/random.js';
import { createVirtualClock } from '../../harness/environment/virtual.js';
import { cpu } from '../faults/machines/cpu.js';
import { memory } from '../faults/machines/memory.js';
import { fakeContext } from '../testing/fake-cluster.js';

const NAMES = ['n1', 'n2', 'n3'];

function setUp() {
  const clock = createVirtualClock();
  const context = fakeContext(NAMES.length, clock, 'n2');
  const within = async <T>(work: Promise<T>): Promise<T> => {
    await clock.runUntilIdle();
    return work;
  };
  return { clock, context, node: context.cluster.nodes[1], within };
}

const shortages: [string, Nemesis][] = [
  ['memory', memory],
  ['cpu', cpu],
];

describe.each(shortages)('a shortage of %s', (_, nemesis) => {
  const plan = nemesis.plan(createRandom(1), NAMES, 'leader');

  test('that is not set takes no effect, nor one that nobody feels', async () => {
    const deaf = setUp();
    deaf.node.deafToLimits = true;
    expect((await deaf.within(nemesis.inject(plan, deaf.context))).evidence.tookEffect).toBe(false);
    const modest = setUp();
    modest.node.isModest = true;
    expect((await modest.within(nemesis.inject(plan, modest.context))).evidence.tookEffect).toBe(
      false,
    );
  });

  test('that outlives its healing is seen, then and at the end', async () => {
    const { context, node, within } = setUp();
    const carried: CarriedFault = await within(nemesis.inject(plan, context));
    expect(carried.evidence.tookEffect).toBe(true);
    node.deafToLimits = true;
    expect((await within(nemesis.heal(carried, context))).tookEffect).toBe(false);
    expect(await nemesis.remains?.([carried], context)).toEqual([
      expect.stringMatching(/^the (memory|cpu) of n2 is still limited$/),
    ]);
    node.deafToLimits = false;
    expect((await within(nemesis.heal(carried, context))).tookEffect).toBe(true);
    expect(await nemesis.remains?.([carried], context)).toEqual([]);
  });

  test('that ends the node while it is set takes effect; one that cannot be set is an error', async () => {
    const { context, node, within } = setUp();
    node.resources.limitMemory = node.resources.limitCpu = (amount) => {
      if (amount !== null) node.state = 'crashed';
      return Promise.reject(new Error('cannot update a stopped container'));
    };
    const carried = await within(nemesis.inject(plan, context));
    expect(carried.evidence.tookEffect).toBe(true);
    const refusing = setUp();
    const refuse = () => Promise.reject(new Error('no'));
    refusing.node.resources.limitMemory = refusing.node.resources.limitCpu = refuse;
    const refused = nemesis.inject(plan, refusing.context).catch((error: Error) => error.message);
    expect(await refusing.within(refused)).toBe('no');
    refusing.node.resources.limitMemory = refusing.node.resources.limitCpu = async () => {};
    await nemesis.restore?.(refusing.node, refusing.context);
    expect(refusing.node.expectedEnd).toBeNull();
  });

  test('that a node ends for is no fault of its own, and it is started again', async () => {
    const { context, node, within } = setUp();
    const { limitMemory } = node.resources;
    node.resources.limitMemory = async (bytes) => {
      await limitMemory(bytes);
      if (bytes !== null) node.state = 'crashed';
    };
    const plan = memory.plan(createRandom(1), NAMES, 'leader');
    const carried = await within(memory.inject(plan, context));
    expect(carried.evidence).toMatchObject({
      tookEffect: true,
      observations: [expect.anything(), 'n2: ended for it'],
    });
    expect(node.expectedEnd).toContain('short');
    const healed = await within(memory.heal(carried, context));
    expect(healed.tookEffect).toBe(true);
    expect(healed.observations.join()).toContain('was started again');
    expect(node).toMatchObject({ state: 'running', memoryLimit: 512, expectedEnd: null });
  });
});
