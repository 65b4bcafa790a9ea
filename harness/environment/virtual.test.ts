import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from './virtual.js';

describe('createVirtualClock', () => {
  it('runs timers in the order of their instants, equal ones in the order of their setting', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 30 }), async (delays) => {
        const clock = createVirtualClock();
        const ran: { i: number; at: number }[] = [];
        delays.forEach((delay, i) => clock.setTimer(() => ran.push({ i, at: clock.now() }), delay));
        expect(await clock.runUntilIdle()).toBe(true);
        const wanted = delays
          .map((delay, i) => ({ i, at: delay * 1e6 }))
          .sort((a, b) => a.at - b.at || a.i - b.i);
        expect(ran).toEqual(wanted);
      }),
    );
  });

  it('moves only as far as it is told', async () => {
    const clock = createVirtualClock(1_000);
    const ran: string[] = [];
    clock.setTimer(() => ran.push('early'), 10);
    clock.setTimer(() => ran.push('late'), 10.001);
    await clock.advance(10);
    expect(ran).toEqual(['early']);
    expect([clock.now(), clock.wallMs()]).toEqual([10e6, 1_010]);
    await clock.advance(0.001);
    expect(ran).toEqual(['early', 'late']);
  });

  it('is never early, however small a fraction of a nanosecond is left', async () => {
    const clock = createVirtualClock();
    const target = 10_000_000.3;
    let questions = 0;
    const ask = (): void => {
      questions++;
      if (clock.now() < target) clock.setTimer(ask, (target - clock.now()) / 1e6);
    };
    ask();
    expect(await clock.runUntilIdle()).toBe(true);
    expect(questions).toBe(2);
  });

  it('lets promises settle between two timers', async () => {
    const clock = createVirtualClock();
    const trace: string[] = [];
    const follow = async (): Promise<void> => {
      await clock.sleep(1);
      for (let i = 0; i < 50; i++) await Promise.resolve();
      trace.push('promises of the first');
    };
    const first = follow();
    clock.setTimer(() => trace.push('second timer'), 1.5);
    await clock.runUntilIdle();
    await first;
    expect(trace).toEqual(['promises of the first', 'second timer']);
  });

  it('forgets what was cleared, and a sleep that was aborted ends early', async () => {
    const clock = createVirtualClock();
    const ran: string[] = [];
    const timer = clock.setTimer(() => ran.push('cleared'), 5);
    clock.clearTimer(timer);
    const abort = new AbortController();
    const asleep = clock.sleep(60_000, abort.signal).then(() => ran.push(`woke at ${clock.now()}`));
    clock.setTimer(() => abort.abort(), 2);
    await clock.runUntilIdle();
    await asleep;
    expect(ran).toEqual(['woke at 2000000']);
    expect(clock.step()).toBe(false);
  });

  it('tells when there is no end', async () => {
    const clock = createVirtualClock();
    let ticks = 0;
    const tick = (): void => {
      ticks++;
      clock.setTimer(tick, 10);
    };
    tick();
    expect(await clock.runUntilIdle(100)).toBe(false);
    expect(ticks).toBe(11);
  });
});
