import FlatQueue from 'flatqueue';
import type { Clock, Timer } from './environment.js';

const NANOSECONDS_PER_MS = 1e6;

/** A clock that stands still until it is told to go on: for tests and for the simulation. */
export interface VirtualClock extends Clock {
  /** Runs every timer of the next `durationMs`, in order, and then stands at their end. */
  advance(durationMs: number): Promise<void>;
  /**
   * Runs timers until none is left; resolves with false when there still are some after `limitMs`
   * of virtual time (default: an hour), which a timer that sets itself anew would otherwise hide.
   */
  runUntilIdle(limitMs?: number): Promise<boolean>;
  /** Jumps to the earliest timer and runs it, and nothing else; false where there is none. */
  step(): boolean;
  /**
   * The same time for those who settle no promise when a timer of theirs runs out, or say so with
   * `touch`: between two such timers nothing is let settle, which saves most of a simulation's time.
   */
  readonly quiet: Clock;
  /** Says that a promise was settled since the last timer: what follows from it comes before the next one. */
  touch(): void;
  /** Runs timers until `work` is settled, and gives what it gave. Throws where time alone cannot get there. */
  runUntilSettled<T>(work: Promise<T>): Promise<T>;
}

/** Something waits for what no timer will bring. */
class NothingLeftError extends Error {
  override readonly name = 'NothingLeftError';

  constructor() {
    super('no timer is left, and what is waited for has not come: it waits for something else');
  }
}

interface VirtualTimer {
  action: (() => void) | undefined;
  atNs: number;
}

/**
 * Virtual time starts at 0 and moves only from timer to timer. Timers of the same instant run in the
 * order in which they were set. Between two timers every promise that can settle is let settle.
 */
export function createVirtualClock(wallStartMs = 0): VirtualClock {
  const timers = createTimerQueue();
  let now = 0;
  let touched = true;

  const step = (): boolean => {
    const timer = timers.pop();
    if (!timer) return false;
    now = timer.atNs;
    timer.action?.();
    return true;
  };
  const settle = async (): Promise<void> => {
    if (!touched) return;
    touched = false;
    await settlePromises();
  };
  const runUntil = async (endNs: number): Promise<boolean> => {
    touch();
    await settle();
    for (let next = timers.peek(); next && next.atNs <= endNs; next = timers.peek()) {
      step();
      await settle();
    }
    return timers.peek() === undefined;
  };
  const runUntilSettled = async <T>(work: Promise<T>): Promise<T> => {
    let settled = false;
    const end = (): void => {
      settled = true;
    };
    work.then(end, end);
    touch();
    for (;;) {
      if (touched) await settle();
      if (settled) return work;
      if (!step()) throw new NothingLeftError();
    }
  };
  const touch = (): void => {
    touched = true;
  };
  const setQuietTimer = (action: () => void, delayMs: number): Timer => {
    const timer = { action, atNs: now + wholeNanoseconds(delayMs) };
    timers.push(timer);
    return timer;
  };
  const setTimer = (action: () => void, delayMs: number): Timer =>
    setQuietTimer(() => {
      touch();
      action();
    }, delayMs);
  const clearTimer = (timer: Timer): void => {
    (timer as VirtualTimer).action = undefined;
  };

  const sleep = (delayMs: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const done = (): void => {
        clearTimer(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimer(done, delayMs);
      signal?.addEventListener('abort', done, { once: true });
    });
  const face: Clock = {
    now: () => now,
    wallMs: () => wallStartMs + Math.floor(now / NANOSECONDS_PER_MS),
    setTimer,
    clearTimer,
    sleep,
  };
  return {
    ...face,
    quiet: { ...face, setTimer: setQuietTimer },
    touch,
    runUntilSettled,
    step,
    advance: async (durationMs) => {
      const endNs = now + Math.round(durationMs * NANOSECONDS_PER_MS);
      await runUntil(endNs);
      now = endNs;
    },
    runUntilIdle: (limitMs = 3_600_000) => runUntil(now + limitMs * NANOSECONDS_PER_MS),
  };
}

/** Rounded up, so that a timer never comes early; but not for the noise of a multiplication. */
function wholeNanoseconds(delayMs: number): number {
  const exact = Math.max(0, delayMs * NANOSECONDS_PER_MS);
  const nearest = Math.round(exact);
  return Math.abs(exact - nearest) < exact * 1e-12 ? nearest : Math.ceil(exact);
}

interface TimerQueue {
  push(timer: VirtualTimer): void;
  /** The earliest timer that was not cleared. */
  peek(): VirtualTimer | undefined;
  pop(): VirtualTimer | undefined;
}

/** A heap of instants, each with its timers in the order of their setting: FlatQueue alone breaks ties anyhow. */
function createTimerQueue(): TimerQueue {
  const instants = new FlatQueue<VirtualTimer[]>();
  const byInstant = new Map<number, VirtualTimer[]>();
  const head = (): VirtualTimer[] | undefined => {
    for (let instant = instants.peek(); instant; instant = instants.peek()) {
      while (instant.length > 0 && !instant[0].action) instant.shift();
      if (instant.length > 0) return instant;
      byInstant.delete(instants.peekValue() as number);
      instants.pop();
    }
    return undefined;
  };
  return {
    push: (timer) => {
      const instant = byInstant.get(timer.atNs);
      if (instant) {
        instant.push(timer);
        return;
      }
      const fresh = [timer];
      byInstant.set(timer.atNs, fresh);
      instants.push(fresh, timer.atNs);
    },
    peek: () => head()?.[0],
    pop: () => head()?.shift(),
  };
}

/** Lets all microtasks run, however deep their chains: a macrotask comes after every one of them. */
function settlePromises(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
