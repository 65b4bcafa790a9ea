import type { Clock, Timer } from './environment.js';

/** The machine's own time. The only place, with `random.ts`, that asks the platform for it. */
export function createRealClock(): Clock {
  const start = process.hrtime.bigint();
  const clock: Clock = {
    now: () => Number(process.hrtime.bigint() - start),
    wallMs: () => Date.now(),
    setTimer: (action, delayMs) => setTimeout(action, delayMs),
    clearTimer: (timer: Timer) => {
      clearTimeout(timer as NodeJS.Timeout);
    },
    sleep: (delayMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) {
          resolve();
          return;
        }
        const done = (): void => {
          clearTimeout(timeout);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const timeout = setTimeout(done, delayMs);
        signal?.addEventListener('abort', done, { once: true });
      }),
  };
  return clock;
}
