import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cluster } from '../harness/contracts/cluster.js';
import type { Nemesis, NemesisContext, ScheduleEntry } from '../harness/contracts/nemesis.js';
import { createRandom } from '../harness/environment/random.js';
import { createRealClock } from '../harness/environment/real.js';
import { createProcessRuntime } from '../runtimes/process/runtime.js';
import { fakeTarget } from '../harness/testing/fake-target.js';
import { createFaultDriver } from './planning/driver.js';
import { planFaults } from './planning/planner.js';
import { NEMESES } from './registry.js';
import { parseFaults } from './planning/selection.js';

/** The faults on real processes and sockets, where evidence is measured and not made up. */
describe('faults on real processes', () => {
  const clock = createRealClock();
  let directory: string;
  let cluster: Cluster;
  let context: NemesisContext;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'schism-nemeses-'));
    const spec = {
      runId: 'nemeses',
      target: fakeTarget,
      version: '1',
      nodes: 3,
      durability: 'always',
      settings: {},
      bugs: [],
      seed: 1,
      directory,
    };
    cluster = await createProcessRuntime(clock).createCluster(spec, () => {});
    context = { cluster, target: fakeTarget, clock, leader: () => Promise.resolve('n1') };
  });
  afterAll(async () => {
    await cluster.teardown();
    await rm(directory, { recursive: true, force: true });
  });

  test.each([
    ['partition', 'isolate-leader'],
    ['partition', 'one-way'],
    ['partition', 'majorities-ring'],
    ['kill', 'all'],
    ['pause', 'leader'],
    ['slow', 'some'],
  ] as const)('%s %s is seen to take effect and seen to heal', async (name, variant) => {
    const nodes = cluster.nodes.map((node) => node.name);
    const nemesis: Nemesis = NEMESES[name];
    const carried = await nemesis.inject(nemesis.plan(createRandom(2), nodes, variant), context);
    const healed = await nemesis.heal(carried, context);
    expect({ carried, healed }).toMatchObject({
      carried: { evidence: { tookEffect: true } },
      healed: { tookEffect: true },
    });
  });

  test('a plan cut off in the middle leaves a cluster that works', async () => {
    const entries: ScheduleEntry[] = [];
    const plan = planFaults({
      selections: parseFaults('partition,kill', NEMESES),
      nodes: cluster.nodes.map((node) => node.name),
      totalMs: 20_000,
      random: createRandom(9),
      intervalMs: 1_000,
      overlap: true,
    });
    const abort = new AbortController();
    const driver = createFaultDriver({
      plan,
      context,
      onSchedule: (entry) => {
        entries.push(entry);
        if (entries.length === 3) abort.abort();
      },
      onCurrent: () => {},
    });
    await driver.run(abort.signal);
    await driver.healAll();
    const ids = (action: string): number[] =>
      entries.filter((entry) => entry.action === action).map(({ id }) => id);
    expect(ids('inject').sort()).toEqual(ids('heal').sort());
    expect(entries.map(({ error }) => error)).toEqual(entries.map(() => undefined));
    expect(cluster.nodes.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
  });
});
