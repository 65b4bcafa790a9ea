import { expect, test } from 'vitest';
import { elapsedMs, instantIn, remainingMs, startStopwatch } from './elapsed.js';
import { poll } from './poll.js';
import { createVirtualClock } from './virtual.js';

/** The instants of the looks, in milliseconds, each of which takes a while. */
function looking(lookMs = 0, found = (_: number): string | undefined => undefined) {
  const clock = createVirtualClock();
  const looks: number[] = [];
  const look = async (): Promise<string | undefined> => {
    looks.push(clock.now() / 1e6);
    if (lookMs > 0) await clock.sleep(lookMs);
    return found(looks.length);
  };
  return { clock, looks, look };
}

test('looks at once, and then so long after the end of each look, until it finds', async () => {
  const { clock, looks, look } = looking(3, (count) => (count === 4 ? 'it' : undefined));
  expect(await clock.runUntilSettled(poll(clock, { everyMs: 10 }, look))).toBe('it');
  expect(looks).toEqual([0, 13, 26, 39]);
  expect(clock.now()).toBe(42e6);
});

test('begins no look at its limit or later, and then has waited for it', async () => {
  const { clock, looks, look } = looking();
  const nothing = poll(clock, { everyMs: 10, limitMs: 30 }, look);
  expect(await clock.runUntilSettled(nothing)).toBeUndefined();
  expect(looks).toEqual([0, 10, 20]);
  expect(clock.now()).toBe(30e6);
  expect(await poll(clock, { everyMs: 10, limitMs: 0 }, look)).toBeUndefined();
  expect(looks).toHaveLength(3);
});

test('aborted while it waits, it looks once more', async () => {
  const { clock, looks, look } = looking();
  const abort = new AbortController();
  clock.setTimer(() => abort.abort(), 15);
  const nothing = poll(clock, { everyMs: 13, signal: abort.signal }, look);
  expect(await clock.runUntilSettled(nothing)).toBeUndefined();
  expect(looks).toEqual([0, 13, 15]);
});

test('aborted while it looks, it gives up after that', async () => {
  const { clock, looks, look } = looking(3);
  const abort = new AbortController();
  clock.setTimer(() => abort.abort(), 14);
  const nothing = poll(clock, { everyMs: 10, signal: abort.signal }, look);
  expect(await clock.runUntilSettled(nothing)).toBeUndefined();
  expect(looks).toEqual([0, 13]);
  expect(clock.now()).toBe(16e6);
});

test('falsy findings are findings, and a look that throws ends it', async () => {
  const clock = createVirtualClock();
  expect(await poll(clock, { everyMs: 1 }, () => false)).toBe(false);
  expect(await poll(clock, { everyMs: 1 }, () => null)).toBeNull();
  const failing = poll(clock, { everyMs: 1 }, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
});

test('a look is told how long it has been', async () => {
  const clock = createVirtualClock();
  await clock.advance(100);
  const tookMs = poll(clock, { everyMs: 7 }, (elapsed) => (elapsed() > 20 ? elapsed() : undefined));
  expect(await clock.runUntilSettled(tookMs)).toBe(21);
});

test('instants are in nanoseconds, lengths of time in milliseconds', async () => {
  const clock = createVirtualClock();
  await clock.advance(5);
  const watch = startStopwatch(clock);
  const until = instantIn(clock, 20);
  expect(until).toBe(25e6);
  await clock.advance(12);
  expect([watch(), elapsedMs(clock, 5e6), remainingMs(clock, until)]).toEqual([12, 12, 8]);
  await clock.advance(9);
  expect(remainingMs(clock, until)).toBe(-1);
});
