import type { Generator, Next, Source, ThreadId } from '../contracts/generator.js';
import type { Random } from '../environment/random.js';
import type { HistoryEvent } from '../history/event.js';
import { limit } from './limits.js';
import { DONE, perThread, routed } from './source.js';

export interface PerKeyOptions {
  /** Client threads that share a key at a time; the last group may be smaller. */
  groupSize: number;
  /** Operations on a key, by all threads of its group, before the group goes on to a fresh one. */
  operationsPerKey: number;
  /** Keys that each group works through; without an end by default. */
  keysPerGroup?: number;
  /** What is done to one key; the key itself is added to the invocations. */
  generator(key: string): Generator;
}

/**
 * Independent keys, after jepsen.independent: groups of threads work on one fresh key after another, so
 * that each key's history stays short enough to check.
 *
 *     perKey({ groupSize: 5, operationsPerKey: 200, generator: () => mix([…]) })
 *
 * Group 2's keys are "2-0", "2-1", …. What a thread does to a key depends on the seed, the key and the
 * thread; when it goes on to the next depends on how fast its group is. More groups change no other's keys.
 */
export function perKey(options: PerKeyOptions): Generator {
  return {
    start: (random, threads) => {
      const sources = new Map<ThreadId, Source>();
      for (let first = 0; first < threads.length; first += options.groupSize) {
        const group = threads.slice(first, first + options.groupSize);
        const source = new KeyGroup(options, first / options.groupSize, random, group);
        for (const thread of group) sources.set(thread, source);
      }
      return routed(sources);
    },
  };
}

/** The state of one key: `used` is whether it has given an operation to anybody. */
interface KeySource {
  key: string;
  source: Source;
  used: boolean;
}

class KeyGroup implements Source {
  private readonly begun: KeySource[] = [];
  private readonly places = perThread(() => ({ at: 0 }));
  private readonly last: number;

  constructor(
    private readonly options: PerKeyOptions,
    private readonly group: number,
    private readonly random: Random,
    private readonly threads: readonly ThreadId[],
  ) {
    this.last = options.keysPerGroup ?? Infinity;
  }

  next(thread: ThreadId, time: number): Next {
    for (const place = this.places(thread); place.at < this.last; place.at++) {
      const current = this.keyAt(place.at);
      const next = current.source.next(thread, time);
      if (next.kind === 'pending' || next.kind === 'waiting') return next;
      if (next.kind === 'operation') {
        current.used = true;
        return { ...next, invocation: { ...next.invocation, key: current.key } };
      }
      // A fresh key with nothing to do: so would be all that follow.
      if (!current.used) return DONE;
    }
    return DONE;
  }

  observe(event: HistoryEvent, thread: ThreadId): void {
    this.begun[this.places(thread).at]?.source.observe?.(event, thread);
  }

  private keyAt(place: number): KeySource {
    if (place === this.begun.length) this.begun.push(this.begin(`${this.group}-${place}`));
    return this.begun[place];
  }

  private begin(key: string): KeySource {
    const { options, random, threads } = this;
    const generator = limit(options.operationsPerKey, options.generator(key));
    return { key, source: generator.start(random.fork(`key ${key}`), threads), used: false };
  }
}
