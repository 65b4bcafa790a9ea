import type { Invocation } from '../../harness/contracts/client.js';
import type { Generator, Next, ThreadId } from '../../harness/contracts/generator.js';
import type { Random } from '../../harness/environment/random.js';
import { DONE, operation, perThread } from '../../harness/generators/source.js';
import type { HistoryEvent } from '../../harness/history/event.js';
import type { Ledger } from './ledger.js';

/** A read for something recent looks at one of so many of the newest acknowledged writes. */
const RECENT = 50;

/**
 * An endless load. Thread 3 writes the keys d3-0, d3-1, …; the value of d3-0 is "d3-0", so that a value names its
 * write. Each thread draws the same number of random values every time, so that no other client and no answer changes its
 * draws; what a read looks at depends on what was acknowledged by then, and where nothing was, it is a write.
 */
export function durabilityLoad(
  ledger: Ledger,
  { writes, reads }: { writes: number; reads: number },
): Generator {
  return {
    start: (random) => {
      ledger.reset();
      const threads = perThread((thread) => {
        const own = random.fork(`thread ${thread}`);
        let written = 0;
        return (): Invocation => {
          const isRead = own.next() * (writes + reads) >= writes;
          const read = drawRead(own, ledger.kept);
          if (isRead && read !== undefined) return read;
          const key = `d${thread}-${written++}`;
          ledger.called(key);
          return { f: 'write', key, value: key };
        };
      });
      return {
        next: (thread, time) => operation(time, threads(thread)()),
        observe: ({ type, f, key }) => {
          if (type === 'ok' && f === 'write' && key !== undefined) ledger.acknowledged(key);
        },
      };
    },
  };
}

function drawRead(random: Random, kept: readonly string[]): Invocation | undefined {
  const [isRecent, place] = [random.next() < 0.5, random.next()];
  if (kept.length === 0) return undefined;
  const from = isRecent ? Math.max(0, kept.length - RECENT) : 0;
  return { f: 'read', key: kept[from + Math.floor(place * (kept.length - from))] };
}

/** A key is read again where the read failed, by whichever thread is free, until so many have. */
const ATTEMPTS = 8;
/**
 * So many reads miss an acknowledged write before it is given up, each from a node that has not missed it yet, where
 * there is one: one node may have stayed behind.
 */
const CONFIRMATIONS = 3;

/** Reads every key that the load has written, whatever was answered; ends by itself. */
export function readBack(ledger: Ledger, nodes: number): Generator {
  const nodeOf = (thread: ThreadId): number => thread % nodes;
  return {
    start: (_random, threads) => {
      const nodeCount = new Set(threads.map(nodeOf)).size;
      let waiting = [...ledger.keys].reverse();
      // Read again when all have been read: what is wrong now may be right by then.
      let later: string[] = [];
      const open = new Map<ThreadId, string>();
      const failures = new Map<string, number>();
      /** The nodes that have missed a key, one for each read. */
      const misses = new Map<string, number[]>();
      const again = (key: string, { type, value }: HistoryEvent, thread: ThreadId): boolean => {
        if (type !== 'ok') {
          const count = (failures.get(key) ?? 0) + 1;
          failures.set(key, count);
          return count < ATTEMPTS;
        }
        if ((value ?? null) !== null || !ledger.isAcknowledged(key)) return false;
        const missed = [...(misses.get(key) ?? []), nodeOf(thread)];
        misses.set(key, missed);
        return missed.length < CONFIRMATIONS;
      };
      const isFor = (thread: ThreadId, key: string): boolean => {
        const missed = misses.get(key) ?? [];
        return missed.length >= nodeCount || !missed.includes(nodeOf(thread));
      };
      const take = (thread: ThreadId): string | undefined => {
        if (waiting.length === 0) [waiting, later] = [later.reverse(), []];
        const last = waiting.findLastIndex((key) => isFor(thread, key));
        return last < 0 ? undefined : waiting.splice(last, 1)[0];
      };
      return {
        next: (thread, time): Next => {
          const key = take(thread);
          if (key === undefined) {
            // Somebody's read may fail, or is another node's to repeat, and then there is more to do.
            return open.size + waiting.length > 0 ? { kind: 'pending' } : DONE;
          }
          open.set(thread, key);
          return operation(time, { f: 'read', key });
        },
        observe: (event, thread) => {
          const key = open.get(thread);
          if (key === undefined || event.type === 'invoke') return;
          open.delete(thread);
          if (again(key, event, thread)) later.push(key);
        },
      };
    },
  };
}
