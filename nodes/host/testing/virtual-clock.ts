import type { Clock, Timer } from '../../../harness/environment/environment.js';

/** A clock that stands still until it is told to go on. */
export class VirtualClock implements Clock {
  private timeMs = 0;
  private readonly timers = new Map<Timer, { dueMs: number; action: () => void }>();

  now(): number {
    return this.timeMs * 1e6;
  }

  wallMs(): number {
    return this.timeMs;
  }

  setTimer(action: () => void, delayMs: number): Timer {
    const timer = {};
    this.timers.set(timer, { dueMs: this.timeMs + delayMs, action });
    return timer;
  }

  clearTimer(timer: Timer): void {
    this.timers.delete(timer);
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.setTimer(resolve, delayMs));
  }

  /** Fires what is due within `durationMs`, in the order of time. */
  advance(durationMs: number): void {
    const untilMs = this.timeMs + durationMs;
    for (;;) {
      const due = [...this.timers].filter(([, { dueMs }]) => dueMs <= untilMs);
      due.sort(([, a], [, b]) => a.dueMs - b.dueMs);
      if (due.length === 0) break;
      const [timer, { dueMs, action }] = due[0];
      this.timers.delete(timer);
      this.timeMs = dueMs;
      action();
    }
    this.timeMs = untilMs;
  }
}
