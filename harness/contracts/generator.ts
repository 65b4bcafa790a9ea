import type { Random } from '../environment/random.js';
import type { HistoryEvent } from '../history/event.js';
import type { Invocation } from './client.js';

/**
 * A worker slot, 0 … concurrency − 1; a thread whose process ended in `info` goes on as a new process
 * (process + concurrency, as in Jepsen).
 */
export type ThreadId = number;

/** The answer of a source to one thread. Times are in nanoseconds since the load began. */
export type Next =
  /** Do this, at `time` or at once where that has passed. The source counts it as done. */
  | { kind: 'operation'; time: number; invocation: Invocation }
  /**
   * Nothing now: the thread asks again after an event or another thread's answer, or at `until`. An answer
   * that only says to wait does not count, unless it has `moved`: by asking, the thread opened a way for others.
   */
  | { kind: 'pending'; until?: number; moved?: boolean }
  /** Nothing before `until`, whatever happens: the thread asks again then, and no event wakes it. */
  | { kind: 'waiting'; until: number }
  /** Nothing for this thread ever again. */
  | { kind: 'done' };

/** A generator that has been started: it remembers where it is. */
export interface Source {
  /**
   * What an idle thread does next. It is asked by one thread at a time, each only when its last
   * operation has ended, so that a pick costs the same for ten threads and for a thousand.
   */
  next(thread: ThreadId, time: number): Next;
  /** Told of every event of the threads it serves, its own operations' and others'. */
  observe?(event: HistoryEvent, thread: ThreadId): void;
}

/**
 * A description of what each thread does next. It is pure: starting it twice with equal streams gives
 * two equal sources. What a thread does (`random.fork` per thread) never depends on how many other
 * threads there are or on how they interleave; only when it does it depends on the others.
 */
export interface Generator {
  /** `threads` are all that will ever ask. */
  start(random: Random, threads: readonly ThreadId[]): Source;
}
