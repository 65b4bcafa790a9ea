import { describe, expect, it } from 'vitest';
import { createRealClock } from './real.js';

describe('createRealClock', () => {
  it('never goes back, and timers wait at least as long as they were told', async () => {
    const clock = createRealClock();
    for (const delayMs of [0, 0.5, 1, 3.7]) {
      const start = clock.now();
      await clock.sleep(delayMs);
      // Node counts timers in whole milliseconds of its own, hence one of tolerance.
      expect(clock.now() - start).toBeGreaterThanOrEqual((delayMs - 1) * 1e6);
      await new Promise<void>((resolve) => clock.setTimer(resolve, delayMs));
    }
  });

  it('clears timers of both kinds, and waits out a delay beyond what the platform knows', async () => {
    const clock = createRealClock();
    const ran: number[] = [];
    for (const delayMs of [0, 1, 2 ** 40]) {
      const timer = clock.setTimer(() => ran.push(delayMs), delayMs);
      if (delayMs < 2 ** 40) clock.clearTimer(timer);
      else await clock.sleep(10).then(() => clock.clearTimer(timer));
    }
    expect(ran).toEqual([]);
  });

  it('ends a sleep when its signal is aborted, before or during', async () => {
    const clock = createRealClock();
    const abort = new AbortController();
    const asleep = clock.sleep(3_600_000, abort.signal);
    abort.abort();
    await asleep;
    await clock.sleep(3_600_000, abort.signal);
    expect(clock.wallMs()).toBeGreaterThan(1.7e12);
  });
});
