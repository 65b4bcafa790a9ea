import type { Invocation } from '../../harness/contracts/client.js';
import type { Generator, Next, Source, ThreadId } from '../../harness/contracts/generator.js';
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
  return { start: (_random, threads) => new ReadBack(ledger, nodes, threads) };
}

class ReadBack implements Source {
  private readonly nodeCount: number;
  private waiting: string[];
  /** Read again when all have been read: what is wrong now may be right by then. */
  private later: string[] = [];
  private readonly open = new Map<ThreadId, string>();
  private readonly failures = new Map<string, number>();
  /** The nodes that have missed a key, one for each read. */
  private readonly misses = new Map<string, number[]>();

  constructor(
    private readonly ledger: Ledger,
    private readonly nodes: number,
    threads: readonly ThreadId[],
  ) {
    this.nodeCount = new Set(threads.map((thread) => this.nodeOf(thread))).size;
    this.waiting = [...ledger.keys].reverse();
  }

  next(thread: ThreadId, time: number): Next {
    const key = this.take(thread);
    if (key === undefined) {
      // Somebody's read may fail, or is another node's to repeat, and then there is more to do.
      return this.open.size + this.waiting.length > 0 ? { kind: 'pending' } : DONE;
    }
    this.open.set(thread, key);
    return operation(time, { f: 'read', key });
  }

  observe(event: HistoryEvent, thread: ThreadId): void {
    const key = this.open.get(thread);
    if (key === undefined || event.type === 'invoke') return;
    this.open.delete(thread);
    if (this.again(key, event, thread)) this.later.push(key);
  }

  private nodeOf(thread: ThreadId): number {
    return thread % this.nodes;
  }

  private take(thread: ThreadId): string | undefined {
    if (this.waiting.length === 0) [this.waiting, this.later] = [this.later.reverse(), []];
    const last = this.waiting.findLastIndex((key) => this.isFor(thread, key));
    return last < 0 ? undefined : this.waiting.splice(last, 1)[0];
  }

  private isFor(thread: ThreadId, key: string): boolean {
    const missed = this.misses.get(key) ?? [];
    return missed.length >= this.nodeCount || !missed.includes(this.nodeOf(thread));
  }

  /** Whether a key is to be read once more after this answer. */
  private again(key: string, { type, value }: HistoryEvent, thread: ThreadId): boolean {
    if (type !== 'ok') {
      const count = (this.failures.get(key) ?? 0) + 1;
      this.failures.set(key, count);
      return count < ATTEMPTS;
    }
    if ((value ?? null) !== null || !this.ledger.isAcknowledged(key)) return false;
    const missed = [...(this.misses.get(key) ?? []), this.nodeOf(thread)];
    this.misses.set(key, missed);
    return missed.length < CONFIRMATIONS;
  }
}
