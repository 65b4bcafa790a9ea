import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded stream of random numbers. */
export interface Random {
  /** A number in [0, 1), with 32 bits of randomness. */
  next(): number;
  /** A whole number in [0, bound). `bound` is at most 2^32. */
  integer(bound: number): number;
  /** One of the items; throws a RangeError on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** A new array with the items in random order (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** A number drawn from an exponential distribution with this mean: gaps of a Poisson process. */
  exponential(mean: number): number;
  /**
   * A stream of its own that depends on this stream's seed and on `name` alone: neither on what was
   * drawn before nor on what else was forked, so that adding a client changes no other client's plan.
   */
  fork(name: string): Random;
}

/** FNV-1a over UTF-16 code units, then MurmurHash3's avalanche; spreads labels, not for security. */
function hashLabel(label: string, basis: number): number {
  let hash = (0x811c9dc5 ^ basis) >>> 0;
  for (let i = 0; i < label.length; i++) {
    hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193) >>> 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
  return (hash ^ (hash >>> 16)) | 0;
}

/** A stream from a seed, a whole number. The same seed gives the same stream on any machine. */
export function createRandom(seed: number): Random {
  return createStream(String(seed));
}

/** A stream is named by its path of forks from the seed, and its whole state comes from that name. */
function createStream(label: string): Random {
  const state = [1, 2, 3, 4].map((part) => hashLabel(label, Math.imul(part, 0x9e3779b9)));
  const generator = xoroshiro128plusFromState(state);
  const next = (): number => (generator.next() >>> 0) / 0x100000000;
  const integer = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    integer,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('cannot pick from an empty list');
      return items[integer(items.length)];
    },
    shuffle: (items) => {
      const shuffled = [...items];
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
      }
      return shuffled;
    },
    exponential: (mean) => -mean * Math.log(1 - next()),
    fork: (name) => createStream(`${label}/${name}`),
  };
}
