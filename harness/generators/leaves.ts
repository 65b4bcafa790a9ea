import type { Invocation } from '../contracts/client.js';
import type { Generator, ThreadId } from '../contracts/generator.js';
import type { Random } from '../environment/random.js';
import { DONE, operation, perThread } from './source.js';

/**
 * Operations from a function, without an end unless it answers with undefined.
 *
 *     generate((thread, random) => ({ f: 'write', value: random.integer(5) }))
 *
 * @param plan is given the thread, the thread's own stream, and how many operations this thread has
 *   had from here before; what it answers must depend on nothing else
 */
export function generate(
  plan: (thread: ThreadId, random: Random, count: number) => Invocation | undefined,
): Generator {
  return {
    start: (random) => {
      const states = perThread((thread) => ({
        random: random.fork(`thread ${thread}`),
        count: 0,
        done: false,
      }));
      return {
        next: (thread, time) => {
          const state = states(thread);
          const invocation = state.done ? undefined : plan(thread, state.random, state.count++);
          state.done = invocation === undefined;
          return invocation ? operation(time, invocation) : DONE;
        },
      };
    },
  };
}

/** One operation, by whichever thread comes first: `once({ f: 'read' })`. */
export function once(invocation: Invocation): Generator {
  return {
    start: () => {
      let given = false;
      return {
        next: (_, time) => {
          if (given) return DONE;
          given = true;
          return operation(time, invocation);
        },
      };
    },
  };
}

/**
 * No operation for so long, counted from the first question, and then the end.
 *
 *     phases(load, sleep(5_000), finalReads)
 */
export function sleep(durationMs: number): Generator {
  return {
    start: () => {
      let until: number | undefined;
      return {
        next: (_, time) => {
          until ??= time + durationMs * 1e6;
          return time < until ? { kind: 'waiting', until } : DONE;
        },
      };
    },
  };
}
