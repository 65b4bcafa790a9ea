import type { Invocation } from '../../contracts/client.js';
import type { Generator, ThreadId } from '../../contracts/generator.js';
import { createRandom } from '../../environment/random.js';
import type { HistoryEvent } from '../../history/event.js';

/** An operation as it was given out; times are in nanoseconds since the load began. */
export interface Given {
  thread: ThreadId;
  start: number;
  end: number;
  invocation: Invocation;
}

export interface DriveOptions {
  seed?: number;
  threads?: readonly ThreadId[];
  /** How long each operation takes; no two threads need be equally fast. */
  serviceMs?: (thread: ThreadId, count: number) => number;
  /** Virtual milliseconds after which it stops even where the generator does not. */
  untilMs?: number;
}

interface DrivenThread {
  thread: ThreadId;
  /** When it asks again; Infinity: after the next event. */
  at: number;
  done: boolean;
  open?: Given;
  count: number;
}

/**
 * The scheduler's side of a generator as plainly as it can be said: always the earliest thread, whatever
 * that costs. Returns what was given out, in order.
 */
export function drive(generator: Generator, options: DriveOptions = {}): Given[] {
  const { seed = 1, threads = [0, 1, 2], serviceMs = () => 1, untilMs = 1e4 } = options;
  const source = generator.start(createRandom(seed), threads);
  const states = threads.map<DrivenThread>((thread) => ({ thread, at: 0, done: false, count: 0 }));
  const given: Given[] = [];
  const stir = (time: number): void => {
    for (const state of states) if (!state.open && state.at === Infinity) state.at = time;
  };
  const tell = (type: HistoryEvent['type'], { thread, invocation }: Given, time: number): void => {
    const index = given.length;
    source.observe?.({ index, time, process: thread, type, ...invocation }, thread);
  };
  for (;;) {
    const time = Math.min(...states.filter(({ done }) => !done).map(({ at }) => at));
    const state = states.find(({ at, done }) => at === time && !done);
    if (!state || time > untilMs * 1e6) return given;
    if (state.open) {
      tell('ok', state.open, time);
      state.open = undefined;
      stir(time);
    }
    const next = source.next(state.thread, time);
    if (next.kind === 'operation') {
      const start = Math.max(next.time, time);
      const end = start + serviceMs(state.thread, state.count++) * 1e6;
      state.open = { thread: state.thread, start, end, invocation: next.invocation };
      state.at = end;
      given.push(state.open);
      tell('invoke', state.open, start);
    } else {
      state.done = next.kind === 'done';
      state.at = (next.kind === 'done' ? undefined : next.until) ?? Infinity;
    }
    if (next.kind !== 'pending' || next.moved) stir(time);
  }
}

/** What one thread was given, in order. */
export function planOf(given: readonly Given[], thread: ThreadId): Invocation[] {
  return given.filter((each) => each.thread === thread).map(({ invocation }) => invocation);
}
