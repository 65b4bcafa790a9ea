import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../harness/environment/random.js';
import { createVirtualClock } from '../../../harness/environment/virtual.js';
import { createFaultDriver } from '../../planning/driver.js';
import { fakeContext } from '../../testing/fake-cluster.js';
import { upgrade } from './upgrade.js';

const NAMES = ['n1', 'n2', 'n3'];

function setUp(variant: string) {
  const clock = createVirtualClock();
  const context = fakeContext(NAMES.length, clock, 'n2');
  const { nodes } = context.cluster;
  const planned = upgrade.plan(createRandom(3), NAMES, variant);
  const event = { id: 1, lane: 0, startMs: 0, endMs: 5_000, nemesis: upgrade, planned };
  const schedule: { tookEffect: boolean; said: string }[] = [];
  const driver = createFaultDriver({
    plan: [event],
    context,
    onSchedule: ({ fault: { evidence } }) =>
      schedule.push({ tookEffect: evidence.tookEffect, said: evidence.observations.join('\n') }),
    onCurrent: () => {},
  });
  const settle = async <T>(work: Promise<T>): Promise<unknown> => {
    const settled = work.catch((error: unknown) => error);
    await clock.runUntilIdle();
    return settled;
  };
  return {
    nodes,
    schedule,
    driver,
    clock,
    run: () => settle(driver.run(new AbortController().signal)),
    healAll: () => settle(driver.healAll()),
    versions: () => nodes.map(({ version }) => version),
  };
}

describe('an upgrade', () => {
  test('of some leaves versions mixed until it is healed, and says which ran', async () => {
    const { clock, driver, versions, schedule, healAll } = setUp('leader');
    const running = driver.run(new AbortController().signal);
    await clock.advance(3_000);
    expect(versions()).toEqual(['1', '2', '1']);
    await clock.runUntilIdle();
    await running;
    expect(versions()).toEqual(['2', '2', '2']);
    expect(schedule.map(({ tookEffect }) => tookEffect)).toEqual([true, true]);
    expect(schedule[0].said).toContain('ran 1.7, runs 2.7');
    expect(schedule[1].said).toContain('the nodes run 2.7, 2.7, 2.7');
    expect(await healAll()).toBeUndefined();
  });

  test('that a node does not survive ends, goes back, and is told in one sentence', async () => {
    const { nodes, versions, schedule, run, healAll } = setUp('all');
    for (const node of nodes) node.badVersion = '2';
    await run();
    expect(versions()).toEqual(['1', '1', '1']);
    expect(schedule[0]).toMatchObject({ tookEffect: false });
    expect(schedule[0].said).toMatch(/not the turn of n\d, n\d any more$/);
    expect(String(await healAll())).toMatch(
      /fake was not upgraded from 1 to 2: n\d does not serve as 2 on the data of 1: unknown record; as 1 it serves again\.$/,
    );
  });
});
