import type { Random } from '../environment/random.js';
import type { HistoryEvent } from '../history/event.js';
import type { Invocation } from './client.js';

/**
 * A worker slot. Client threads are 0 … concurrency − 1; a thread whose process ended in `info`
 * goes on as a new process (process + concurrency, as in Jepsen). The nemesis is a thread too.
 */
export type ThreadId = number | 'nemesis';

/** What a source may look at when it is asked for the next operation. */
export interface GeneratorContext {
  /** Nanoseconds since the load began. */
  time: number;
  /** All threads that this source may give work to, and those among them that are idle now. */
  threads: readonly ThreadId[];
  free: readonly ThreadId[];
}

/** The answer of a source. `time` is in nanoseconds since the load began, possibly in the future. */
export type Next =
  | { kind: 'operation'; thread: ThreadId; time: number; invocation: Invocation }
  /** Nothing now: ask again after a completion, or at `until`. */
  | { kind: 'pending'; until?: number }
  /** Nothing ever again. */
  | { kind: 'done' };

/** A generator that has been started: it remembers where it is. */
export interface Source {
  next(context: GeneratorContext): Next;
  /** Told of every event of the threads it serves, its own operations' and others'. */
  observe?(event: HistoryEvent, thread: ThreadId): void;
}

/**
 * A description of what each thread does next. It is pure: starting it twice with equal streams gives
 * two equal sources. What a thread does (`random.fork` per thread) never depends on how many other
 * threads there are or on how they interleave; only when it does it depends on the others.
 */
export interface Generator {
  start(random: Random): Source;
}
