import { expect, test } from 'vitest';
import type { ClockSkew, ClusterNode } from '../../../harness/contracts/cluster.js';
import type { NemesisContext } from '../../../harness/contracts/nemesis.js';
import { createRandom } from '../../../harness/environment/random.js';
import { createVirtualClock } from '../../../harness/environment/virtual.js';
import { SkewedTime } from '../../../harness/machine/skewed-time.js';
import { fakeTarget } from '../../../harness/testing/fake-target.js';
import { clockRate } from './clock-rate.js';

/** The rates that a variant gives the leader's clocks, as factors, and whether each was seen. */
async function ratesOf(variant: string, clockRateMax?: number): Promise<[number[], boolean[]]> {
  const clock = createVirtualClock();
  const time = new SkewedTime(clock);
  const skews: ClockSkew[] = [];
  const node: Pick<ClusterNode, 'name' | 'state' | 'clock'> = {
    name: 'n1',
    state: 'running',
    clock: {
      skew: async (skew) => {
        skews.push(skew);
        time.set(skew);
      },
      putRight: async () => time.set(null),
      read: async () => {
        const now = clock.wallMs();
        return { wallMs: time.wallMs(), fromMs: now, untilMs: now };
      },
    },
  };
  const cluster = { nodes: [node] } as unknown as NemesisContext['cluster'];
  const leader = (): Promise<string> => Promise.resolve('n1');
  const context: NemesisContext = { cluster, target: fakeTarget, clock, leader, clockRateMax };
  const seen: boolean[] = [];
  for (let seed = 1; seed <= 40; seed++) {
    const planned = clockRate.plan(createRandom(seed), ['n1'], variant);
    const injecting = clockRate.inject(planned, context);
    await clock.runUntilIdle();
    const carried = await injecting;
    seen.push(carried.evidence.tookEffect);
    await clockRate.heal(carried, context);
  }
  return [skews.map(({ driftPpm }) => 1 + driftPpm / 1e6), seen];
}

test.each([
  ['fast-leader', undefined, 1.2, 2],
  ['fast-leader', 6, 1.2, 6],
  ['slow-leader', undefined, 0.5, 0.8],
  ['slow-leader', 4, 0.25, 0.8],
] as const)('%s with a greatest factor of %s: from %d to %d', async (variant, max, least, most) => {
  const [rates, seen] = await ratesOf(variant, max);
  expect(Math.min(...rates)).toBeGreaterThanOrEqual(least);
  expect(Math.max(...rates)).toBeLessThanOrEqual(most);
  // It uses the room that it has.
  expect(Math.max(...rates) - Math.min(...rates)).toBeGreaterThan((most - least) * 0.7);
  expect(seen).not.toContain(false);
});
