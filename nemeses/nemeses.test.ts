import { describe, expect, test } from 'vitest';
import type { ContainerPlan } from '../harness/contracts/starts/container.js';
import type { CarriedFault, Evidence, Nemesis } from '../harness/contracts/nemesis.js';
import type { Target } from '../harness/contracts/target.js';
import { createRandom } from '../harness/environment/random.js';
import { createVirtualClock, type VirtualClock } from '../harness/environment/virtual.js';
import { fakeTarget } from '../harness/testing/fake-target.js';
import { NEMESES as BUILT_IN } from './registry.js';
import { fakeContext } from './testing/fake-cluster.js';
import { describeNemesis } from './testing/suite.js';

const NAMES = ['n1', 'n2', 'n3', 'n4', 'n5'];

const NEMESES: Readonly<Record<keyof typeof BUILT_IN, Nemesis>> = BUILT_IN;

async function within<T>(clock: VirtualClock, action: Promise<T>): Promise<T> {
  const settled = action.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
  await clock.runUntilIdle();
  return (await settled)();
}

function setUp(leader?: string) {
  const clock = createVirtualClock();
  const context = fakeContext(NAMES.length, clock, leader);
  const inject = (name: keyof typeof NEMESES, variant: string): Promise<CarriedFault> => {
    const fault = NEMESES[name].plan(createRandom(3), NAMES, variant);
    return within(clock, NEMESES[name].inject(fault, context));
  };
  const heal = (fault: CarriedFault): Promise<Evidence> =>
    within(clock, nemesisOf(fault).heal(fault, context));
  return { clock, context, inject, heal };
}

function nemesisOf({ fault }: CarriedFault) {
  return NEMESES[fault as keyof typeof NEMESES];
}

for (const nemesis of Object.values(NEMESES)) describeNemesis(nemesis);

test.each(Object.values(NEMESES))('$name draws at random', ({ plan, variants }) => {
  const draw = (seed: number) => plan(createRandom(seed), NAMES, variants[0]);
  expect(draw(1)).not.toEqual(draw(2));
});

describe('evidence', () => {
  test('a cut that changes nothing takes no effect', async () => {
    const { context, inject } = setUp();
    context.cluster.network.deafToCuts = true;
    const { evidence } = await inject('partition', 'halves');
    expect(evidence.tookEffect).toBe(false);
    expect(evidence.observations.join()).toContain('not cut: n1 to n3');
  });

  test('links to a node that is down prove no cut', async () => {
    const { context, inject } = setUp();
    context.cluster.network.deafToCuts = true;
    context.cluster.nodes.slice(1).forEach((node) => (node.state = 'paused'));
    expect((await inject('partition', 'halves')).evidence.tookEffect).toBe(false);
  });

  test('where nothing passes at all, the measuring has failed and not the links', async () => {
    const { clock, context } = setUp();
    const { network } = context.cluster;
    const fault = NEMESES.partition.plan(createRandom(1), NAMES, 'isolate-one');
    const cut = network.cut.bind(network);
    network.cut = async (links) => {
      await cut(links);
      for (const from of NAMES) for (const to of NAMES) network.blocked.add(`${from}>${to}`);
    };
    const { evidence } = await within(clock, NEMESES.partition.inject(fault, context));
    expect(evidence.tookEffect).toBe(false);
  });

  test('a healing that does not reach the links is seen', async () => {
    const { context, inject, heal } = setUp();
    const carried = await inject('partition', 'isolate-one');
    context.cluster.network.deafToHealing = true;
    const { tookEffect, observations } = await heal(carried);
    expect(tookEffect).toBe(false);
    expect(observations.join()).toContain('still cut');
  });

  test('a delay that changes nothing takes no effect', async () => {
    const { context, inject } = setUp();
    context.cluster.network.deafToDelays = true;
    expect((await inject('slow', 'all')).evidence.tookEffect).toBe(false);
  });

  const shaping = ['bandwidth', 'reorder', 'duplicate'] as const;
  test.each(shaping)('%s that no link takes on takes no effect', async (name) => {
    const { context, inject } = setUp();
    context.cluster.network.deafToShapes = true;
    const { evidence } = await inject(name, 'one-node');
    expect(evidence.tookEffect).toBe(false);
    expect(evidence.observations.join()).toContain('0 of 8 links');
  });

  test.each(shaping)('%s of links that carry nothing takes no effect', async (name) => {
    const { context, inject } = setUp();
    context.cluster.network.idle = true;
    const { evidence } = await inject(name, 'all');
    expect(evidence.tookEffect).toBe(false);
    expect(evidence.observations.join()).toContain('within 2000 ms');
  });

  test.each(shaping)('%s that outlives its healing is seen', async (name) => {
    const { context, inject, heal } = setUp();
    const carried = await inject(name, 'all');
    context.cluster.network.deafToHealing = true;
    expect((await heal(carried)).tookEffect).toBe(false);
    context.cluster.network.idle = true;
    expect((await heal(carried)).tookEffect).toBe(false);
  });

  test('a node that cannot be started again is said, and the others are started', async () => {
    const { context, inject, heal } = setUp();
    const carried = await inject('kill', 'all');
    context.cluster.nodes[2].failures.start = new Error('corrupt log');
    const { tookEffect, observations } = await heal(carried);
    expect(tookEffect).toBe(false);
    expect(observations.join()).toContain('n3: could not be brought back: corrupt log');
    expect(context.cluster.nodes.filter(({ state }) => state === 'running')).toHaveLength(4);
  });

  const diskFaults = ['disk-full', 'disk-read-only', 'disk-errors', 'disk-slow'] as const;
  test.each(diskFaults)('%s that a disk does not feel takes no effect', async (name) => {
    const { context, inject } = setUp();
    for (const node of context.cluster.nodes) node.deafToDiskFaults = true;
    expect((await inject(name, 'minority')).evidence.tookEffect).toBe(false);
  });

  test.each(diskFaults.slice(0, 3))('%s that outlives its healing is seen', async (name) => {
    const { context, inject, heal } = setUp();
    const carried = await inject(name, 'one');
    for (const node of context.cluster.nodes) node.deafToDiskFaults = true;
    expect((await heal(carried)).tookEffect).toBe(false);
  });

  test('a node that ends when its disk is mended is started, too', async () => {
    const { context, inject, heal } = setUp('n1');
    const carried = await inject('disk-full', 'leader');
    context.cluster.nodes[0].endsWhenMended = true;
    const { tookEffect, observations } = await heal(carried);
    expect(observations.join()).toContain('ended when it was mended, started, answers');
    expect(tookEffect).toBe(true);
  });

  test('a node that ended on its disk is started when the disk is mended', async () => {
    const { context, inject, heal } = setUp('n1');
    const carried = await inject('disk-full', 'leader');
    context.cluster.nodes[0].state = 'crashed';
    context.cluster.nodes[0].log = 'panic: no space left\ngoroutine 1 [running]:\nexiting\n';
    const { tookEffect, observations } = await heal(carried);
    expect(tookEffect).toBe(true);
    expect(observations.join()).toContain('had ended on its disk (“panic: no space left”)');
    expect(context.cluster.nodes[0]).toMatchObject({ state: 'running', diskFault: null });
  });

  test('a node that refuses a damaged log gets it back, one that takes it does not', async () => {
    const refusing = setUp();
    for (const node of refusing.context.cluster.nodes) node.log = 'wal: crc is broken\nbye\n';
    const first = await refusing.heal(await refusing.inject('disk-damage', 'flip-bit'));
    expect(first.observations.join()).toContain('refused to start (“wal: crc is broken”)');
    expect(refusing.context.cluster.nodes.every(({ damage }) => damage === null)).toBe(true);
    const taking = setUp();
    const second = await taking.heal(await taking.inject('disk-damage', 'truncate-tail'));
    expect(second.observations.join()).toContain('started on its damaged log');
    expect(taking.context.cluster.nodes.filter(({ damage }) => damage !== null)).toHaveLength(1);
  });

  test('a node that the others tell of its damage gets its log back', async () => {
    const { context, inject, heal } = setUp();
    for (const node of context.cluster.nodes) node.isToldOfDamage = true;
    const { tookEffect, observations } = await heal(await inject('disk-damage', 'truncate-tail'));
    expect(observations.join()).toContain('ended soon after its start');
    expect(tookEffect).toBe(true);
    expect(context.cluster.nodes.map(({ state }) => state)).not.toContain('crashed');
  });

  test('a log of unknown files is left alone', () => {
    const container: ContainerPlan = {
      image: () => ({ built: 'mine' }),
      clientPort: 1,
      peerPort: 2,
      dataDirectory: '/data',
      command: () => ({ command: ['mine'] }),
    };
    const choice = { version: '1', durability: 'always', settings: {} };
    const refuses = (target: Target) => NEMESES['disk-damage'].refuses?.(target, choice);
    expect(refuses({ ...fakeTarget, starts: { container } })).toContain('does not say which files');
    const starts = { container: { ...container, logFiles: '*' } };
    expect(refuses({ ...fakeTarget, starts })).toBeUndefined();
    expect(refuses(fakeTarget)).toBeUndefined();
  });

  test('a fault that finds no node takes no effect', async () => {
    const { context, inject } = setUp();
    for (const node of context.cluster.nodes) node.state = 'stopped';
    expect((await inject('kill', 'one')).evidence.tookEffect).toBe(false);
    expect((await inject('pause', 'one')).evidence.tookEffect).toBe(false);
    expect((await inject('partition', 'halves')).evidence.tookEffect).toBe(false);
  });
});

describe('roles', () => {
  test('the leader of the moment is hit', async () => {
    expect((await setUp('n4').inject('kill', 'leader')).nodes).toEqual(['n4']);
    expect((await setUp('n4').inject('pause', 'leader')).nodes).toEqual(['n4']);
    expect((await setUp('n4').inject('partition', 'isolate-leader')).nodes).toEqual(['n4']);
  });

  test('without a leader another node is taken, and that is said', async () => {
    const { nodes, evidence } = await setUp().inject('kill', 'leader');
    expect(nodes).toHaveLength(1);
    expect(evidence.observations[0]).toContain('no leader was known');
  });

  test('a minority leaves a majority', async () => {
    expect((await setUp().inject('kill', 'minority')).nodes).toHaveLength(2);
    expect((await setUp().inject('pause', 'minority')).nodes).toHaveLength(2);
  });

  test('a paused node that another fault killed is left to that fault', async () => {
    const { context, inject, heal } = setUp('n1');
    const carried = await inject('pause', 'leader');
    context.cluster.nodes[0].state = 'stopped';
    const { tookEffect, observations } = await heal(carried);
    expect(tookEffect).toBe(true);
    expect(observations.join()).toContain('it is stopped');
    expect(context.cluster.nodes[0].state).toBe('stopped');
  });
});

test('the registry holds each nemesis under its own name', () => {
  for (const [name, nemesis] of Object.entries(NEMESES)) expect(nemesis.name).toBe(name);
});
