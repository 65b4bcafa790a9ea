import type { Clock, Timer } from './environment.js';
import { sleepBy } from './sleep.js';
import { TimerQueue, type VirtualTimer } from './timer-queue.js';

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

/**
 * Virtual time starts at 0 and moves only from timer to timer. Timers of the same instant run in the
 * order in which they were set. Between two timers every promise that can settle is let settle.
 */
export function createVirtualClock(wallStartMs = 0): VirtualClock {
  return new SteppedClock(wallStartMs);
}

class SteppedClock implements VirtualClock {
  readonly quiet: Clock;
  private readonly timers = new TimerQueue();
  private nowNs = 0;
  /** Whether a promise may have been settled since all of them were last let settle. */
  private touched = true;

  constructor(private readonly wallStartMs: number) {
    this.quiet = {
      now: () => this.nowNs,
      wallMs: () => this.wallMs(),
      setTimer: (action, delayMs) => this.setQuietTimer(action, delayMs),
      clearTimer: (timer) => this.clearTimer(timer),
      sleep: (delayMs, signal) => this.sleep(delayMs, signal),
    };
  }

  now(): number {
    return this.nowNs;
  }

  wallMs(): number {
    return this.wallStartMs + Math.floor(this.nowNs / NANOSECONDS_PER_MS);
  }

  setTimer(action: () => void, delayMs: number): Timer {
    return this.setQuietTimer(() => {
      this.touch();
      action();
    }, delayMs);
  }

  clearTimer(timer: Timer): void {
    (timer as VirtualTimer).action = undefined;
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepBy(this, delayMs, signal);
  }

  touch(): void {
    this.touched = true;
  }

  step(): boolean {
    const timer = this.timers.pop();
    if (!timer) return false;
    this.nowNs = timer.atNs;
    timer.action?.();
    return true;
  }

  async advance(durationMs: number): Promise<void> {
    const endNs = this.nowNs + Math.round(durationMs * NANOSECONDS_PER_MS);
    await this.runUntil(endNs);
    this.nowNs = endNs;
  }

  runUntilIdle(limitMs = 3_600_000): Promise<boolean> {
    return this.runUntil(this.nowNs + limitMs * NANOSECONDS_PER_MS);
  }

  async runUntilSettled<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const end = (): void => {
      settled = true;
    };
    work.then(end, end);
    this.touch();
    for (;;) {
      if (this.touched) await this.settle();
      if (settled) return work;
      if (!this.step()) throw new NothingLeftError();
    }
  }

  private setQuietTimer(action: () => void, delayMs: number): Timer {
    const timer = { action, atNs: this.nowNs + wholeNanoseconds(delayMs) };
    this.timers.push(timer);
    return timer;
  }

  private async runUntil(endNs: number): Promise<boolean> {
    this.touch();
    await this.settle();
    for (let next = this.timers.peek(); next && next.atNs <= endNs; next = this.timers.peek()) {
      this.step();
      await this.settle();
    }
    return this.timers.peek() === undefined;
  }

  private async settle(): Promise<void> {
    if (!this.touched) return;
    this.touched = false;
    await settlePromises();
  }
}

/** Rounded up, so that a timer never comes early; but not for the noise of a multiplication. */
function wholeNanoseconds(delayMs: number): number {
  const exact = Math.max(0, delayMs * NANOSECONDS_PER_MS);
  const nearest = Math.round(exact);
  return Math.abs(exact - nearest) < exact * 1e-12 ? nearest : Math.ceil(exact);
}

/** Lets all microtasks run, however deep their chains: a macrotask comes after every one of them. */
function settlePromises(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
