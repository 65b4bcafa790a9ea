import type { Generator, Next, ThreadId } from '../../harness/contracts/generator.js';
import { HELD, NOT_HELD } from '../../harness/contracts/operations/families/lock.js';
import { generate, onEveryNode } from '../../harness/generators/combinators.js';
import { operation, perThread } from '../../harness/generators/source.js';
import type { HistoryEvent } from '../../harness/history/event.js';

export interface LockLoadOptions {
  locks: number;
  /** How long a lock is held, and how often what it protects is written in that time. */
  holdMs: number;
  writes: number;
  /** One thread in so many only reads what the locks protect; 0 for none. */
  readers: number;
  /** Whether the system compares the token of a write, or takes every write. */
  fenced: boolean;
}

/** What the holder of a lock has still to do. `until`: nothing before that time of the load. */
interface Holding {
  token: number;
  written: number;
  until: number | undefined;
}

/** A system that hands out no tokens has an `acquire` without a value: then a write names its holder by nothing. */
const NO_TOKEN = 0;

/**
 * Each thread takes its lock, writes its token to what the lock protects a few times, and gives the lock back, again
 * and again. It believes that it holds the lock from the answer to `acquire` until the call of `release`, as a
 * program does that does not watch its lease, and writes what it has to write whatever became of the lock.
 */
export function lockLoad(options: LockLoadOptions): Generator {
  const { readers, locks } = options;
  return {
    start: () => {
      const holders = perThread(() => new Holder(options));
      return {
        next: (thread, time) => {
          const key = lockOf(thread, locks);
          const reads = readers > 0 && thread % readers === readers - 1;
          return reads ? operation(time, { f: 'read', key }) : holders(thread).next(key, time);
        },
        observe: (event, thread) => holders(thread).observe(event),
      };
    },
  };
}

/** Who is told that a lock has a holder asks again after this share of the time that locks are held. */
const RETRY_SHARE = 0.1;

/** What every lock protects, read from every node; ends by itself. */
export function lockReads(locks: number, nodes: number): Generator {
  return onEveryNode(
    nodes,
    generate((_thread, _random, count) =>
      count < locks ? { f: 'read', key: `lock-${count}` } : undefined,
    ),
  );
}

function lockOf(thread: ThreadId, locks: number): string {
  return `lock-${thread % locks}`;
}

/** One thread with its lock. */
class Holder {
  private holding: Holding | undefined;
  private refused: { until: number | undefined } | undefined;
  private readonly stepNs: number;

  constructor(private readonly options: LockLoadOptions) {
    this.stepNs = (options.holdMs * 1e6) / (options.writes + 1);
  }

  next(key: string, time: number): Next {
    if (this.refused) {
      this.refused.until ??= time + this.options.holdMs * RETRY_SHARE * 1e6;
      if (time < this.refused.until) return { kind: 'waiting', until: this.refused.until };
      this.refused = undefined;
    }
    if (this.holding === undefined) return operation(time, { f: 'acquire', key });
    return this.use(this.holding, key, time);
  }

  observe({ type, f, value, error }: HistoryEvent): void {
    if (type === 'fail' && f === 'acquire' && error?.code === HELD) {
      this.refused = { until: undefined };
    }
    if (type === 'ok' && f === 'acquire') {
      const token = typeof value === 'number' ? value : NO_TOKEN;
      this.holding = { token, written: 0, until: undefined };
    }
    // A client of which nobody knows what became is replaced; its successor holds nothing.
    const isOver =
      type === 'info' || (f === 'release' && (type === 'ok' || error?.code === NOT_HELD));
    if (isOver) this.holding = undefined;
  }

  /** A write when it is time for one, and the release when all are done. */
  private use(holding: Holding, key: string, time: number): Next {
    const { writes, fenced } = this.options;
    holding.until ??= time + this.stepNs;
    if (time < holding.until) return { kind: 'waiting', until: holding.until };
    if (holding.written >= writes) return operation(time, { f: 'release', key });
    holding.written += 1;
    holding.until += this.stepNs;
    const f = fenced ? 'fenced-write' : 'write';
    return operation(time, { f, key, value: holding.token });
  }
}
