import { describe, expect, test } from 'vitest';
import type { Nemesis, ScheduleEntry } from '../../harness/contracts/nemesis.js';
import { createRandom } from '../../harness/environment/random.js';
import { createVirtualClock } from '../../harness/environment/virtual.js';
import { createFaultDriver, HealingError } from './driver.js';
import { planFaults, type PlannedEvent } from './planner.js';
import { NEMESES } from '../registry.js';
import { parseFaults } from './selection.js';
import { fakeContext } from '../testing/fake-cluster.js';

const NAMES = ['n1', 'n2', 'n3'];

function eventOf(nemesis: Nemesis, variant: string, startMs: number, endMs: number): PlannedEvent {
  const planned = nemesis.plan(createRandom(1), NAMES, variant);
  return { id: startMs + 1, lane: 0, startMs, endMs, nemesis, planned };
}

/** Rejects the first call at which this is so. */
function failingOnce<T>(call: () => Promise<T>, when: () => boolean): () => Promise<T> {
  let hasFailed = false;
  return () => {
    if (hasFailed || !when()) return call();
    hasFailed = true;
    return Promise.reject(new Error('not now'));
  };
}

function setUp(plan: readonly PlannedEvent[]) {
  const clock = createVirtualClock();
  const context = fakeContext(NAMES.length, clock, 'n1');
  const entries: ScheduleEntry[] = [];
  const current: string[] = [];
  const driver = createFaultDriver({
    plan,
    context,
    onSchedule: (entry) => entries.push(entry),
    onCurrent: (active) => current.push(active.join(' + ')),
  });
  const abort = new AbortController();
  const run = async (): Promise<void> => {
    const running = driver.run(abort.signal);
    await clock.runUntilIdle();
    await running;
  };
  /** The error, if there was one. */
  const healAll = async (): Promise<unknown> => {
    const healing = driver.healAll().catch((error: unknown) => error);
    await clock.runUntilIdle();
    return healing;
  };
  const untouched = (): void => {
    expect(context.cluster.nodes.map(({ state }) => state)).toEqual(NAMES.map(() => 'running'));
    expect(context.cluster.network.blocked.size).toBe(0);
    expect(context.cluster.network.delays.size).toBe(0);
  };
  return { clock, context, entries, current, driver, abort, run, healAll, untouched };
}

describe('the fault driver', () => {
  test('carries a plan out in its order, in pairs, and names what is in force', async () => {
    const random = createRandom(4);
    const selections = parseFaults('partition,kill,pause,slow', NEMESES);
    const plan = planFaults({ selections, nodes: NAMES, totalMs: 60_000, random });
    const { entries, current, driver, run, healAll, untouched } = setUp(plan);
    await run();
    expect(await healAll()).toBeUndefined();
    untouched();
    expect(driver.ineffective).toEqual([]);
    expect(entries.map(({ action }) => action)).toEqual(plan.flatMap(() => ['inject', 'heal']));
    expect(entries.map(({ id }) => id)).toEqual(plan.flatMap(({ id }) => [id, id]));
    for (const [index, entry] of entries.entries()) {
      expect(entry.error).toBeUndefined();
      expect(entry.fault.evidence.tookEffect).toBe(true);
      expect(entry.doneTime).toBeGreaterThanOrEqual(entry.time);
      expect(entry.time).toBeGreaterThanOrEqual(entries[index - 1]?.doneTime ?? 0);
    }
    expect(current.filter((label) => label === '')).toHaveLength(plan.length);
  });

  test('begins a fault at its time and holds it until its end', async () => {
    const { entries, run } = setUp([eventOf(NEMESES.kill, 'leader', 2_000, 5_000)]);
    await run();
    expect(entries.map(({ time }) => time / 1e6)).toEqual([2_000, 5_000]);
    expect(entries[0].fault.nodes).toEqual(['n1']);
  });

  test('an abort leaves the fault in force, and healing takes it back', async () => {
    const { clock, context, abort, driver, entries, current, healAll, untouched } = setUp([
      eventOf(NEMESES.kill, 'leader', 1_000, 90_000),
    ]);
    const running = driver.run(abort.signal);
    await clock.advance(2_000);
    expect(context.cluster.nodes[0].state).toBe('stopped');
    expect(current.at(-1)).toBe('kill leader (n1)');
    abort.abort();
    await clock.runUntilIdle();
    await running;
    expect(context.cluster.nodes[0].state).toBe('stopped');
    expect(await healAll()).toBeUndefined();
    expect(entries.map(({ action }) => action)).toEqual(['inject', 'heal']);
    untouched();
  });

  test('an abort in the middle of an injection waits for it, and nothing of it stays', async () => {
    const { clock, abort, driver, entries, healAll, untouched } = setUp([
      eventOf(NEMESES.partition, 'halves', 1_000, 90_000),
    ]);
    const running = driver.run(abort.signal);
    await clock.advance(1_100);
    expect(entries).toEqual([]);
    abort.abort();
    await clock.runUntilIdle();
    await running;
    expect(await healAll()).toBeUndefined();
    expect(entries.map(({ action }) => action)).toEqual(['inject', 'heal']);
    untouched();
  });

  test('an injection that fails half-way is recorded, and taken back before the next fault', async () => {
    const { context, driver, entries, run, untouched, healAll } = setUp([
      eventOf(NEMESES.kill, 'all', 0, 1_000),
      eventOf(NEMESES.pause, 'one', 2_000, 3_000),
    ]);
    context.cluster.nodes[1].failures.kill = new Error('no such process');
    await run();
    expect(entries.map(({ action }) => action)).toEqual(['inject', 'inject', 'heal']);
    expect(entries[0]).toMatchObject({
      error: 'no such process',
      fault: { fault: 'kill', variant: 'all', evidence: { tookEffect: false } },
    });
    expect(driver.ineffective).toEqual(['kill']);
    expect(await healAll()).toBeUndefined();
    untouched();
  });

  test('a healing that fails is recorded, and made good at the end', async () => {
    const { context, entries, run, healAll, untouched } = setUp([
      eventOf(NEMESES.pause, 'leader', 0, 1_000),
      eventOf(
        { ...NEMESES.kill, heal: () => Promise.reject(new Error('not now')) },
        'leader',
        2_000,
        3_000,
      ),
    ]);
    context.cluster.nodes[0].failures.resume = new Error('not so soon');
    await run();
    expect(entries[1]).toMatchObject({
      action: 'heal',
      fault: { evidence: { tookEffect: false } },
    });
    expect(entries[3]).toMatchObject({ action: 'heal', error: 'not now' });
    expect(await healAll()).toBeUndefined();
    untouched();
  });

  test('a fault that never takes effect is named', async () => {
    const { context, driver, run } = setUp([eventOf(NEMESES.partition, 'halves', 0, 1_000)]);
    context.cluster.network.deafToCuts = true;
    await run();
    expect(driver.ineffective).toEqual(['partition']);
  });

  test('what does not heal is an error that says what', async () => {
    const { context, run, healAll } = setUp([eventOf(NEMESES.partition, 'isolate-one', 0, 1_000)]);
    context.cluster.network.deafToHealing = true;
    await run();
    const error = await healAll();
    expect(error).toBeInstanceOf(HealingError);
    expect((error as HealingError).problems.join()).toContain('nothing passes from n');
  });

  test('a node that crashed by itself is started again, and one that will not start is named', async () => {
    const { context, healAll, untouched } = setUp([]);
    context.cluster.nodes[2].state = 'crashed';
    context.cluster.nodes[2].failures.start = new Error('corrupt log');
    expect(String(await healAll())).toContain('corrupt log');
    expect(await healAll()).toBeUndefined();
    untouched();
  });

  test('what a fault did before it failed is taken back by its own nemesis', async () => {
    const { context, entries, run, healAll, untouched } = setUp([
      eventOf(NEMESES['disk-full'], 'minority', 0, 1_000),
      eventOf(NEMESES['clock-rate'], 'slow-one', 2_000, 3_000),
      eventOf(NEMESES.memory, 'one', 4_000, 5_000),
    ]);
    const { nodes } = context.cluster;
    for (const node of nodes) {
      node.disk.probe = failingOnce(node.disk.probe, () => node.diskFault !== null);
      node.clock.read = failingOnce(node.clock.read, () => node.skew !== null);
      node.resources.read = failingOnce(node.resources.read, () => node.memoryLimit !== 512);
      const { limitMemory } = node.resources;
      node.resources.limitMemory = async (bytes) => {
        await limitMemory(bytes);
        if (bytes !== null) throw new Error('half of it was done');
      };
    }
    await run();
    expect(entries.slice(0, 2).map(({ error }) => error)).toEqual(['not now', 'not now']);
    expect(nodes.map(({ diskFault, skew }) => ({ diskFault, skew }))).toEqual(
      NAMES.map(() => ({ diskFault: null, skew: null })),
    );
    expect(await healAll()).toBeUndefined();
    expect(nodes.map(({ memoryLimit }) => memoryLimit)).toEqual(NAMES.map(() => 512));
    untouched();
  });

  test('a node is awake when its nemesis restores it, and started after that', async () => {
    const order: string[] = [];
    const restore: Nemesis['restore'] = async ({ name, state }) => {
      order.push(`${name} ${state}`);
    };
    const { context, healAll, untouched } = setUp([
      eventOf({ ...NEMESES.kill, restore }, 'one', 0, 1),
      eventOf(NEMESES.pause, 'one', 0, 1),
    ]);
    context.cluster.nodes[0].state = 'paused';
    context.cluster.nodes[1].state = 'crashed';
    expect(await healAll()).toBeUndefined();
    expect(order.sort()).toEqual(['n1 running', 'n2 crashed', 'n3 running']);
    untouched();
  });

  test('what remains is an error that says what, whether or not the fault came to be carried out', async () => {
    const { context, run, healAll } = setUp([
      eventOf(NEMESES['disk-full'], 'one', 0, 1_000),
      eventOf(NEMESES['disk-errors'], 'one', 2_000, 90_000),
    ]);
    await run();
    const [node] = context.cluster.nodes;
    node.diskFault = { kind: 'full' };
    node.deafToDiskFaults = true;
    let probes = 0;
    const { probe } = node.disk;
    node.disk.probe = () => {
      probes += 1;
      return probe();
    };
    const probesBefore = probes;
    const { problems } = (await healAll()) as HealingError;
    expect(problems).toEqual(['the disk of n1 still answers ENOSPC']);
    // Nemeses that look at the same thing do so once.
    expect(probes - probesBefore).toBe(1);
  });

  test('a nemesis is asked for what remains of the faults that it carried out', async () => {
    const asked: string[][] = [];
    const remains: Nemesis['remains'] = async (faults) => {
      asked.push(faults.map(({ nodes }) => nodes.join()));
      return faults.length > 0 ? [] : ['nothing was done'];
    };
    const kill = { ...NEMESES.kill, remains };
    const done = setUp([eventOf(kill, 'leader', 0, 1_000), eventOf(kill, 'leader', 2_000, 3_000)]);
    await done.run();
    expect(await done.healAll()).toBeUndefined();
    const undone = setUp([eventOf(kill, 'leader', 0, 1_000)]);
    expect(String(await undone.healAll())).toContain('nothing was done');
    expect(asked).toEqual([['n1', 'n1'], []]);
  });

  test('two lanes run beside each other', async () => {
    const cut = eventOf(NEMESES.partition, 'isolate-one', 0, 4_000);
    const freeze = { ...eventOf(NEMESES.pause, 'one', 1_000, 3_000), lane: 1 };
    const { current, entries, run, untouched } = setUp([cut, freeze]);
    await run();
    expect(entries.map(({ id, action }) => `${action} ${id}`)).toEqual([
      'inject 1',
      'inject 1001',
      'heal 1001',
      'heal 1',
    ]);
    expect(current[1]).toMatch(/^partition isolate-one \(n\d\) \+ pause one \(n\d\)$/);
    untouched();
  });
});
