import type { Generator, ThreadId } from '../contracts/generator.js';
import { around } from './source.js';

/** `poisson`: gaps are exponential, as from many independent users. `fixed`: all gaps are equal. */
export type Arrival = 'poisson' | 'fixed';

/**
 * How far a load may fall behind its rate and still catch up. It makes good for late timers, and keeps
 * a system that hung for a second from being hit by a second's worth of operations at once.
 */
const CATCH_UP_NS = 20e6;

/**
 * Spreads operations over time, `perSecond` of them over all threads together.
 *
 *     stagger(500, reads)            stagger(500, reads, 'fixed')
 *
 * An idle thread holds a slot in time and is told only then what to do, so that it decides on what has
 * been seen by then. Slots for which no thread is idle are lost: the rate is an upper bound.
 */
export function stagger(
  perSecond: number,
  generator: Generator,
  arrival: Arrival = 'poisson',
): Generator {
  if (!(perSecond > 0))
    throw new RangeError(`a rate is above 0 operations a second, not ${perSecond}`);
  const meanGapNs = 1e9 / perSecond;
  return {
    start: (random, threads) => {
      const source = generator.start(random.fork('staggered'), threads);
      const gaps = random.fork('gaps');
      const held = new Map<ThreadId, number>();
      let nextSlot: number | undefined;
      const takeSlot = (thread: ThreadId, time: number): number => {
        const slot = Math.max(nextSlot ?? time, time - CATCH_UP_NS);
        nextSlot = slot + (arrival === 'poisson' ? gaps.exponential(meanGapNs) : meanGapNs);
        held.set(thread, slot);
        return slot;
      };
      return around(source, (thread, time) => {
        const slot = held.get(thread) ?? takeSlot(thread, time);
        if (slot > time) return { kind: 'waiting', until: slot };
        const next = source.next(thread, time);
        if (next.kind === 'operation' || next.kind === 'done') held.delete(thread);
        return next;
      });
    },
  };
}
