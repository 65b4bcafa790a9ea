import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../harness/environment/random.js';
import { createVirtualClock } from '../../../harness/environment/virtual.js';
import { restart } from './restart.js';
import { fakeContext } from '../../testing/fake-cluster.js';

const NAMES = ['n1', 'n2', 'n3'];

function setUp() {
  const clock = createVirtualClock();
  const context = fakeContext(NAMES.length, clock, 'n2');
  const inject = async (variant: string, loadOver?: AbortSignal) => {
    const plan = restart.plan(createRandom(3), NAMES, variant);
    const injecting = restart.inject(plan, { ...context, loadOver });
    await clock.runUntilIdle();
    return injecting;
  };
  return { clock, context, nodes: context.cluster.nodes, inject };
}

describe('a rolling restart', () => {
  test('has one node down at a time, and says for how long each was', async () => {
    const { clock, context, nodes } = setUp();
    const plan = restart.plan(createRandom(3), NAMES, 'all');
    let most = 0;
    const counted = nodes.map((node) => node.process.stop);
    nodes.forEach((node, index) => {
      node.process.stop = async (limitMs) => {
        const stop = await counted[index](limitMs);
        most = Math.max(most, nodes.filter(({ state }) => state !== 'running').length);
        return stop;
      };
    });
    const injecting = restart.inject(plan, context);
    await clock.runUntilIdle();
    const { evidence, nodes: names } = await injecting;
    expect(most).toBe(1);
    expect(new Set(names)).toEqual(new Set(NAMES));
    expect(evidence.tookEffect).toBe(true);
    const each =
      /^n\d: asked to end and gone after 5 ms \(exit code 0\); life 1 before, life 2 now; down for 55 ms/;
    for (const observation of evidence.observations) expect(observation).toMatch(each);
  });

  test('kills a node that does not end, and says so', async () => {
    const { nodes, inject } = setUp();
    nodes[1].endsAfterMs = 60_000;
    const { evidence } = await inject('leader');
    expect(evidence.tookEffect).toBe(true);
    expect(evidence.observations.join()).toContain('n2: asked to end and killed after 5000 ms');
  });

  test('of which nothing is seen has not taken effect', async () => {
    const { nodes, inject } = setUp();
    nodes[1].deafToRestarts = true;
    expect((await inject('leader')).evidence.tookEffect).toBe(false);
  });

  test('with a node that does not come back is seen, and heals when it does', async () => {
    const { clock, context, nodes, inject } = setUp();
    nodes[1].failures.start = new Error('no luck');
    const carried = await inject('all');
    expect(carried.evidence.tookEffect).toBe(false);
    expect(carried.evidence.observations.join()).toContain('; no luck');
    const healing = restart.heal(carried, context);
    await clock.runUntilIdle();
    expect((await healing).tookEffect).toBe(true);
    expect(nodes[1].state).toBe('running');
  });

  test('ends with the load', async () => {
    const { inject } = setUp();
    const { nodes, evidence } = await inject('all', AbortSignal.abort());
    expect(nodes).toHaveLength(1);
    expect(evidence.observations.at(-1)).toMatch(/^not the turn of n\d, n\d any more$/);
  });
});
