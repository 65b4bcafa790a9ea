import { describe, expect, test } from 'vitest';
import { createRealClock } from '../harness/environment/real.js';
import { keepRenewing } from './renewal.js';

const clock = createRealClock();
const TTL_MS = 90;

/** Renews with these outcomes, one after the other, until the lease is gone; says how often it renewed. */
async function renewWith(outcomes: (boolean | Error)[]): Promise<number> {
  let renewals = 0;
  await new Promise<void>((resolve) => {
    const renew = (): Promise<boolean> => {
      const outcome = outcomes[Math.min(renewals, outcomes.length - 1)];
      renewals += 1;
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
    };
    keepRenewing(clock, TTL_MS, renew, resolve);
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
    const renewal = keepRenewing(clock, TTL_MS, renew, () => (isGone = true));
    renewal.stop();
    await clock.sleep(2 * TTL_MS);
    expect([renewals, isGone]).toEqual([0, false]);
  });
});
