import type { Clock, Timer } from './environment.js';
import { sleepBy } from './sleep.js';

/** Beyond this setTimeout does not wait at all: 24.8 days, in milliseconds. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's own time. The only place, with `random.ts`, that asks the platform for it. */
export function createRealClock(): Clock {
  return new RealClock();
}

class RealClock implements Clock {
  private readonly start = process.hrtime.bigint();

  now(): number {
    return Number(process.hrtime.bigint() - this.start);
  }

  wallMs(): number {
    return Date.now();
  }

  /** setTimeout waits a millisecond where it is asked for none; setImmediate only lets the event loop turn. */
  setTimer(action: () => void, delayMs: number): Timer {
    return delayMs > 0
      ? setTimeout(action, Math.min(Math.ceil(delayMs), LONGEST_TIMEOUT_MS))
      : setImmediate(action);
  }

  clearTimer(timer: Timer): void {
    clearTimeout(timer as NodeJS.Timeout);
    clearImmediate(timer as NodeJS.Immediate);
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepBy(this, delayMs, signal);
  }
}
