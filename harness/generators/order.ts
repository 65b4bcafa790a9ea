import type { Generator, Source, ThreadId } from '../contracts/generator.js';
import { DONE, perThread } from './source.js';

/**
 * One after the other, with a barrier: a phase begins when every thread is through with the one before
 * and no operation of it is open.
 *
 *     phases(timeLimit(30_000, load), sleep(5_000), finalReads)
 */
export function phases(...generators: readonly Generator[]): Generator {
  return {
    start: (random, threads) => {
      let current = 0;
      const begin = (): Source | undefined =>
        generators[current]?.start(random.fork(`phase ${current}`), threads);
      let source = begin();
      // A thread asks only when its operation has ended, so all waiting means that none is open.
      const waiting = new Set<ThreadId>();
      return {
        next: (thread, time) => {
          let moved = false;
          while (source && !waiting.has(thread)) {
            const next = source.next(thread, time);
            if (next.kind === 'pending') return { ...next, moved: moved || next.moved };
            if (next.kind !== 'done') return next;
            waiting.add(thread);
            if (waiting.size < threads.length) break;
            waiting.clear();
            current++;
            source = begin();
            moved = true;
          }
          return source ? { kind: 'pending', moved } : DONE;
        },
        observe: (event, thread) => source?.observe?.(event, thread),
      };
    },
  };
}

/** One after the other, each thread at its own pace: `sequence(once(create), reads)`. */
export function sequence(...generators: readonly Generator[]): Generator {
  return {
    start: (random, threads) => {
      const sources = generators.map((generator, i) =>
        generator.start(random.fork(`step ${i}`), threads),
      );
      const places = perThread(() => ({ at: 0 }));
      return {
        next: (thread, time) => {
          for (const place = places(thread); place.at < sources.length; place.at++) {
            const next = sources[place.at].next(thread, time);
            if (next.kind !== 'done') return next;
          }
          return DONE;
        },
        observe: (event, thread) => {
          for (const source of sources) source.observe?.(event, thread);
        },
      };
    },
  };
}
