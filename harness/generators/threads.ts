import type { Generator, Source, ThreadId } from '../contracts/generator.js';
import type { Random } from '../environment/random.js';
import { routed } from './source.js';

/**
 * Each thread has the whole generator for itself: `eachThread(limit(1, reads))` reads once per thread.
 */
export function eachThread(generator: Generator): Generator {
  return {
    start: (random, threads) =>
      routed(
        new Map(
          threads.map((thread) => [
            thread,
            generator.start(random.fork(`thread ${thread}`), [thread]),
          ]),
        ),
      ),
  };
}

/** Only the threads for which `predicate` holds have work. */
export function onThreads(
  predicate: (thread: ThreadId) => boolean,
  generator: Generator,
): Generator {
  return {
    start: (random, threads) => {
      const chosen = threads.filter(predicate);
      return routed(startFor(chosen, generator, random));
    },
  };
}

/** As much work for every one of so many nodes: only one client of each has any, whatever the concurrency. */
export function onEveryNode(nodes: number, generator: Generator): Generator {
  return onThreads((thread) => thread < nodes, generator);
}

/** So many threads are kept for one generator. */
export interface Reservation {
  threads: number;
  generator: Generator;
}

/**
 * The first threads are kept for these generators, in order; the others do the rest.
 *
 *     reserve([{ threads: 2, generator: writes }], reads)
 */
export function reserve(reservations: readonly Reservation[], rest: Generator): Generator {
  return {
    start: (random, threads) => {
      const sources = new Map<ThreadId, Source>();
      let taken = 0;
      for (const { threads: count, generator } of [
        ...reservations,
        { threads: Infinity, generator: rest },
      ]) {
        const group = threads.slice(taken, taken + count);
        const started = startFor(group, generator, random.fork(`from thread ${taken}`));
        for (const [thread, source] of started) sources.set(thread, source);
        taken += count;
      }
      return routed(sources);
    },
  };
}

function startFor(
  threads: readonly ThreadId[],
  generator: Generator,
  random: Random,
): Map<ThreadId, Source> {
  const source = generator.start(random, threads);
  return new Map(threads.map((thread) => [thread, source]));
}
