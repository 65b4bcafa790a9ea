import type { Clock, Timer } from './environment.js';

/** Beyond this setTimeout does not wait at all: 24.8 days, in milliseconds. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's own time. The only place, with `random.ts`, that asks the platform for it. */
export function createRealClock(): Clock {
  const start = process.hrtime.bigint();
  const clock: Clock = {
    now: () => Number(process.hrtime.bigint() - start),
    wallMs: () => Date.now(),
    // setTimeout waits a millisecond where it is asked for none; setImmediate only lets the event loop turn.
    setTimer: (action, delayMs) =>
      delayMs > 0
        ? setTimeout(action, Math.min(Math.ceil(delayMs), LONGEST_TIMEOUT_MS))
        : setImmediate(action),
    clearTimer: (timer: Timer) => {
      clearTimeout(timer as NodeJS.Timeout);
      clearImmediate(timer as NodeJS.Immediate);
    },
    sleep: (delayMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) {
          resolve();
          return;
        }
        const done = (): void => {
          clock.clearTimer(timer);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const timer = clock.setTimer(done, delayMs);
        signal?.addEventListener('abort', done, { once: true });
      }),
  };
  return clock;
}
