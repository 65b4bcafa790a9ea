import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from './random.js';

/** What this stream has always given: a change here changes the plan behind every seed that was ever noted. */
const GOLDEN = [830241, 394588, 581399, 131315, 289962];
const GOLDEN_FORK = 924331;

/** Pearson's statistic of counts that should all be equal. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Past this value of chi square with 15 degrees of freedom lies one seed in ten thousand. */
const LIMIT_15 = 44.26;

function histogram(draws: Iterable<number>, cells: number): number[] {
  const counts = new Array<number>(cells).fill(0);
  for (const draw of draws) counts[draw]++;
  return counts;
}

describe('createRandom', () => {
  it('gives the same stream on any machine, in any version', () => {
    const random = createRandom(7);
    expect(Array.from({ length: 5 }, () => random.integer(1_000_000))).toEqual(GOLDEN);
    expect(createRandom(7).fork('thread 3').integer(1_000_000)).toBe(GOLDEN_FORK);
  });

  it('spreads draws evenly, from one stream and over the first draws of many', () => {
    const random = createRandom(1);
    const one = Array.from({ length: 32_000 }, () => random.integer(16));
    expect(chiSquare(histogram(one, 16))).toBeLessThan(LIMIT_15);
    const first = Array.from({ length: 32_000 }, (_, i) => random.fork(`thread ${i}`).integer(16));
    expect(chiSquare(histogram(first, 16))).toBeLessThan(LIMIT_15);
    const seeds = Array.from({ length: 32_000 }, (_, seed) => createRandom(seed).integer(16));
    expect(chiSquare(histogram(seeds, 16))).toBeLessThan(LIMIT_15);
  });

  it('does not repeat a draw in the next stream', () => {
    const random = createRandom(1);
    const pairs = Array.from({ length: 32_000 }, (_, i) => {
      const [left, right] = [random.fork(`thread ${i}`), random.fork(`thread ${i + 1}`)];
      return left.integer(4) * 4 + right.integer(4);
    });
    expect(chiSquare(histogram(pairs, 16))).toBeLessThan(LIMIT_15);
  });

  it('forks depend on the name alone, not on draws or on other forks', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(20), fc.array(fc.string()), (seed, draws, others) => {
        const plain = createRandom(seed).fork('mine');
        const busy = createRandom(seed);
        for (let i = 0; i < draws; i++) busy.next();
        for (const other of others) busy.fork(other).next();
        const mine = busy.fork('mine');
        for (let i = 0; i < 10; i++) expect(mine.next()).toBe(plain.next());
      }),
    );
  });

  it('stays in its bounds', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, bound) => {
        const random = createRandom(seed);
        const draw = random.integer(bound);
        expect(Number.isInteger(draw) && draw >= 0 && draw < bound).toBe(true);
        expect(random.exponential(5)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('shuffles every order about equally often, and loses nothing', () => {
    const random = createRandom(3);
    const orders = Array.from({ length: 24_000 }, () =>
      random.shuffle(['a', 'b', 'c', 'd']).join(''),
    );
    const counts = new Map<string, number>();
    for (const order of orders) counts.set(order, (counts.get(order) ?? 0) + 1);
    expect(counts.size).toBe(24);
    // 23 degrees of freedom: one seed in ten thousand lies past 56.
    expect(chiSquare([...counts.values()])).toBeLessThan(56);
  });

  it('has exponential gaps of the mean that was asked for', () => {
    const random = createRandom(5);
    const gaps = Array.from({ length: 40_000 }, () => random.exponential(10));
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeCloseTo(10, 0);
    const long = gaps.filter((gap) => gap > 10).length / gaps.length;
    expect(long).toBeCloseTo(Math.exp(-1), 1);
  });

  it('refuses to pick from nothing', () => {
    expect(() => createRandom(1).pick([])).toThrow(RangeError);
  });
});
