import type { CheckProgress } from '../../harness/contracts/checker.js';
import type { Clock, Timer } from '../../harness/environment/environment.js';
import type { RunObserver } from '../../harness/run/parts.js';
import type { PhaseName } from '../../harness/run/result.js';
import {
  openOperations,
  createRateMeter,
  type LoadCounters,
} from '../../harness/scheduler/counters.js';
import { elapsedMs } from '../../harness/environment/elapsed.js';
import type { LiveView } from '../../reports/console/live.js';

const TICK_MS = 200;

/** What the live view shows of a run: polls the load's counters, and passes on what happens. */
export interface Progress extends RunObserver {
  end(): void;
}

/** @param loadMs how long the load is to last, for the time that is left */
export function createProgress(view: LiveView, clock: Clock, loadMs: number): Progress {
  let phase: PhaseName = 'set-up';
  let phaseStart = clock.now();
  let active: readonly string[] = [];
  let counters: LoadCounters = { invoked: 0, ok: 0, fail: 0, info: 0 };
  let rate = createRateMeter(counters, clock.now());
  let detail: string | undefined;
  let timer: Timer | undefined;

  const remainingMs = (): number | undefined =>
    phase === 'load' ? Math.max(0, loadMs - elapsedMs(clock, phaseStart)) : undefined;
  const tick = (): void => {
    const { ok, fail, info } = counters;
    view.tick({
      ok,
      fail,
      info,
      open: openOperations(counters),
      operationsPerSecond: rate(clock.now()),
      faults: active,
      remainingMs: remainingMs(),
      detail,
    });
    timer = clock.setTimer(tick, TICK_MS);
  };
  timer = clock.setTimer(tick, TICK_MS);

  return {
    phase: (name) => {
      phase = name;
      phaseStart = clock.now();
      detail = undefined;
      view.phase(name);
    },
    log: (line) => view.line(line),
    faults: (now) => {
      active = now;
    },
    counters: (live) => {
      counters = live;
      rate = createRateMeter(live, clock.now());
    },
    checking: (checkProgress) => {
      detail = progressText(checkProgress);
    },
    end: () => {
      if (timer !== undefined) clock.clearTimer(timer);
      view.end();
    },
  };
}

/** `linearizability: 412 of 1000 keys, longest prefix 31,000 operations`. */
export function progressText({ checker, unit, done, total, detail }: CheckProgress): string {
  return `${checker}: ${done} of ${total} ${unit}${detail === undefined ? '' : `, ${detail}`}`;
}
