import type { Invocation } from '../../harness/contracts/client.js';
import type { Generator, ThreadId } from '../../harness/contracts/generator.js';
import type { Random } from '../../harness/environment/random.js';
import { generate, onEveryNode } from '../../harness/generators/combinators.js';
import { operation, perThread } from '../../harness/generators/source.js';
import type { HistoryEvent } from '../../harness/history/event.js';
import type { JsonValue } from '../../harness/json.js';
import type { KeyRing } from './key-ring.js';

export interface RegisterLoadOptions {
  weights: { read: number; write: number; cas: number };
  /**
   * One thread in so many only reads; 0 for none. A client of a node without a quorum waits for its writes to
   * time out; one that only reads goes on asking, and sees what is stale while it is.
   */
  readers: number;
  /** Values are 0 … domain − 1; undefined: no value is ever written twice. */
  domain?: number;
}

/** A unique value is the count of the thread's writes and, in its last digits, the thread. */
const THREADS_IN_A_VALUE = 10_000;

/** What one thread has drawn; which key a slot stands for and what a cas expects is decided elsewhere. */
interface Draw {
  f: string;
  slot: number;
  value: number;
}

/**
 * An endless load on the ring's keys. Each thread draws kinds, slots and values from its own stream, the
 * same number of random values every time, so that no other client and no answer changes its draws.
 *
 * A cas expects the value that was last seen for its key by anybody: what this thread saw itself would
 * nearly always be out of date on a contended key. Where nothing was seen yet, it reads instead.
 */
export function registerLoad(ring: KeyRing, options: RegisterLoadOptions): Generator {
  return {
    start: (random) => {
      ring.reset();
      const draws = perThread((thread) =>
        drawer(thread, random.fork(`thread ${thread}`), ring.slots, options),
      );
      const latest = createObserver();
      return {
        next: (thread, time) => {
          const draw = draws(thread)();
          const key = ring.use(draw.slot);
          return operation(time, toInvocation(draw, key, latest.of(key)));
        },
        observe: latest.observe,
      };
    },
  };
}

/** Reads of every key that the load has used, from every node; ends by itself. */
export function registerReads(ring: KeyRing, nodes: number): Generator {
  return onEveryNode(nodes, {
    start: (random, threads) => {
      const keys = ring.used();
      const reads = generate((_thread, _random, count) =>
        count < keys.length ? { f: 'read', key: keys[count] } : undefined,
      );
      return reads.start(random, threads);
    },
  });
}

function drawer(
  thread: ThreadId,
  random: Random,
  slots: number,
  { weights, readers, domain }: RegisterLoadOptions,
): () => Draw {
  if (typeof thread !== 'number' || thread >= THREADS_IN_A_VALUE) {
    throw new RangeError(`the register workload has work for ${THREADS_IN_A_VALUE} threads`);
  }
  const readsOnly = readers > 0 && thread % readers === readers - 1;
  const total = weights.read + weights.write + weights.cas;
  let written = 0;
  return () => {
    const point = random.next() * total;
    const slot = random.integer(slots);
    const small = random.integer(domain ?? 1);
    const reads = readsOnly || point < weights.read;
    const f = reads ? 'read' : point < weights.read + weights.write ? 'write' : 'cas';
    if (f !== 'read') written++;
    return { f, slot, value: domain ? small : written * THREADS_IN_A_VALUE + thread };
  };
}

function toInvocation({ f, value }: Draw, key: string, seen: JsonValue | undefined): Invocation {
  if (f === 'write') return { f, key, value };
  if (f === 'read' || seen === undefined) return { f: 'read', key };
  return { f, key, value: [seen, value] };
}

/** Remembers, for each key, the value that was last seen to be in it: read, or written for certain. */
function createObserver(): {
  of(key: string): JsonValue | undefined;
  observe(event: HistoryEvent, thread: ThreadId): void;
} {
  const seen = new Map<string, JsonValue>();
  const writing = new Map<ThreadId, JsonValue | undefined>();
  return {
    of: (key) => seen.get(key),
    observe: ({ type, f, key, value }, thread) => {
      if (type === 'invoke') writing.set(thread, Array.isArray(value) ? value[1] : value);
      if (type !== 'ok' || key === undefined) return;
      const present = f === 'read' ? value : writing.get(thread);
      if (present !== undefined && present !== null) seen.set(key, present);
    },
  };
}
