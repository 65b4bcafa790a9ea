import FlatQueue from 'flatqueue';
import type { Clock, Timer } from '../environment/environment.js';

/**
 * Things to be taken up again at an instant, behind a single timer. Calls `onDue` when there is something to take;
 * once until it has been asked for it. Its times are nanoseconds since `origin`, as those of who asks it: with another
 * sum on either side of a comparison, the last bit of a fraction of a nanosecond would make something due for the one
 * and early for the other, for ever where time stands still.
 */
export class Agenda<T> {
  private readonly queue = new FlatQueue<T>();
  private timer: Timer | undefined;
  private timerTime = Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly origin: number,
    private readonly onDue: () => void,
  ) {}

  get length(): number {
    return this.queue.length;
  }

  add(item: T, time: number): void {
    this.queue.push(item, time);
    this.arm();
  }

  /** Takes out one item whose instant has come, the earliest first. */
  takeDue(): T | undefined {
    if ((this.queue.peekValue() ?? Infinity) <= this.now()) return this.queue.pop();
    this.arm();
    return undefined;
  }

  clear(): void {
    this.queue.clear();
    this.disarm();
  }

  private now(): number {
    return this.clock.now() - this.origin;
  }

  private arm(): void {
    const time = this.queue.peekValue() ?? Infinity;
    if (time >= this.timerTime) return;
    this.disarm();
    this.timerTime = time;
    this.timer = this.clock.setTimer(
      () => {
        this.timer = undefined;
        this.timerTime = Infinity;
        this.onDue();
      },
      Math.max(0, time - this.now()) / 1e6,
    );
  }

  private disarm(): void {
    if (this.timer) this.clock.clearTimer(this.timer);
    this.timer = undefined;
    this.timerTime = Infinity;
  }
}
