import type { Generator } from '../contracts/generator.js';
import type { HistoryEvent } from '../history/event.js';
import { around, DONE } from './source.js';

/** At most `count` operations, over all threads together: `limit(100, reads)`. */
export function limit(count: number, generator: Generator): Generator {
  return {
    start: (random, threads) => {
      const source = generator.start(random, threads);
      let left = count;
      return around(source, (thread, time) => {
        if (left <= 0) return DONE;
        const next = source.next(thread, time);
        if (next.kind === 'operation') left--;
        return next;
      });
    },
  };
}

/**
 * Nothing begins later than `durationMs` after the first question: `timeLimit(30_000, load)`.
 * Operations that are open then are not cut short.
 */
export function timeLimit(durationMs: number, generator: Generator): Generator {
  return {
    start: (random, threads) => {
      const source = generator.start(random, threads);
      let deadline: number | undefined;
      return around(source, (thread, time) => {
        deadline ??= time + durationMs * 1e6;
        if (time >= deadline) return DONE;
        const next = source.next(thread, time);
        if (next.kind === 'operation' && next.time >= deadline) return DONE;
        if (next.kind === 'operation' || next.kind === 'done') return next;
        return { ...next, until: Math.min(next.until ?? Infinity, deadline) };
      });
    },
  };
}

/**
 * Goes on until an event is seen for which `predicate` holds, then ends for all threads.
 *
 *     until((event) => event.type === 'ok', probes)
 */
export function until(
  predicate: (event: HistoryEvent) => boolean,
  generator: Generator,
): Generator {
  return {
    start: (random, threads) => {
      const source = generator.start(random, threads);
      let seen = false;
      return {
        next: (thread, time) => (seen ? DONE : source.next(thread, time)),
        observe: (event, thread) => {
          seen ||= predicate(event);
          source.observe?.(event, thread);
        },
      };
    },
  };
}
