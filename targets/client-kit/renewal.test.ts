import { describe, expect, test } from 'vitest';
import { createRealClock } from '../../harness/environment/real.js';
import { createVirtualClock } from '../../harness/environment/virtual.js';
import { RENEW_AT, keepRenewing, renewalShare } from './renewal.js';

const clock = createRealClock();
const LIFE = { ttlMs: 90, renewAt: 1 / 3 };

/** Renews with these outcomes, one after the other, until the lease is gone; says how often it renewed. */
async function renewWith(outcomes: (boolean | Error)[]): Promise<number> {
  let renewals = 0;
  await new Promise<void>((resolve) => {
    const renew = (): Promise<boolean> => {
      const outcome = outcomes[Math.min(renewals, outcomes.length - 1)];
      renewals += 1;
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
    };
    keepRenewing(clock, LIFE, renew, resolve);
  });
  return renewals;
}

describe('keeping a lease alive', () => {
  test('ends when the server says that it is gone', async () => {
    expect(await renewWith([true, true, true, true, false])).toBe(5);
  });

  test('goes on over errors, and gives up when the lease may have run out', async () => {
    const lost = new Error('no answer');
    // One sleep may be so late on a loaded machine that a whole life has passed.
    expect(await renewWith([lost, true, lost, false])).toBeLessThanOrEqual(4);
    expect(await renewWith([lost])).toBeLessThanOrEqual(3);
  });

  test('ends when it is stopped, without calling the lease gone', async () => {
    let renewals = 0;
    let isGone = false;
    const renew = (): Promise<boolean> => {
      renewals += 1;
      return Promise.resolve(false);
    };
    const renewal = keepRenewing(clock, LIFE, renew, () => (isGone = true));
    renewal.stop();
    await clock.sleep(2 * LIFE.ttlMs);
    expect([renewals, isGone]).toEqual([0, false]);
  });

  test.each([
    ['33%', [1980, 3960, 5940, 7920]],
    ['80%', [4800, 9600]],
  ])('renews after %s of its life', async (setting, expected) => {
    const virtual = createVirtualClock();
    const renewedAt: number[] = [];
    const renew = (): Promise<boolean> => {
      renewedAt.push(virtual.now() / 1e6);
      return Promise.resolve(true);
    };
    const life = { ttlMs: 6_000, renewAt: renewalShare({ 'renew-at': setting }) };
    const renewal = keepRenewing(virtual, life, renew, () => undefined);
    await virtual.advance(9_700);
    renewal.stop();
    expect(renewedAt).toEqual(expected);
  });

  test('calls a lease gone when its life is over by the own clock, however late it was to be renewed', async () => {
    const virtual = createVirtualClock();
    let goneAt: number | undefined;
    const renew = (): Promise<boolean> => Promise.reject(new Error('no answer'));
    keepRenewing(virtual, { ttlMs: 6_000, renewAt: 0.8 }, renew, () => {
      goneAt = virtual.now() / 1e6;
    });
    await virtual.advance(60_000);
    expect(goneAt).toBe(6_000);
  });

  test('every value of the setting is a share of a life', () => {
    const shares = RENEW_AT.values.map((value) => renewalShare({ 'renew-at': value }));
    expect(shares).toEqual([0.33, 0.5, 0.8]);
    expect(renewalShare({})).toBe(0.33);
  });
});
