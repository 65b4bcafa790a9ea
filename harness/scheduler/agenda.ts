import FlatQueue from 'flatqueue';
import type { Clock, Timer } from '../environment/environment.js';

/** Things to be taken up again at an instant, behind a single timer. */
export interface Agenda<T> {
  readonly length: number;
  /** @param time in nanoseconds since the agenda's origin */
  add(item: T, time: number): void;
  /** Takes out one item whose instant has come, the earliest first. */
  takeDue(): T | undefined;
  clear(): void;
}

/**
 * An agenda that calls `onDue` when there is something to take; once until it has been asked for it. Its times count
 * from `origin`, as those of who asks it: with another sum on either side of a comparison, the last bit of a fraction
 * of a nanosecond would make something due for the one and early for the other, for ever where time stands still.
 */
export function createAgenda<T>(clock: Clock, origin: number, onDue: () => void): Agenda<T> {
  const queue = new FlatQueue<T>();
  let timer: Timer | undefined;
  let timerTime = Infinity;

  const now = (): number => clock.now() - origin;
  const disarm = (): void => {
    if (timer) clock.clearTimer(timer);
    timer = undefined;
    timerTime = Infinity;
  };
  const arm = (): void => {
    const time = queue.peekValue() ?? Infinity;
    if (time >= timerTime) return;
    disarm();
    timerTime = time;
    timer = clock.setTimer(
      () => {
        timer = undefined;
        timerTime = Infinity;
        onDue();
      },
      Math.max(0, time - now()) / 1e6,
    );
  };
  return {
    get length() {
      return queue.length;
    },
    add: (item, time) => {
      queue.push(item, time);
      arm();
    },
    takeDue: () => {
      if ((queue.peekValue() ?? Infinity) <= now()) return queue.pop();
      arm();
      return undefined;
    },
    clear: () => {
      queue.clear();
      disarm();
    },
  };
}
