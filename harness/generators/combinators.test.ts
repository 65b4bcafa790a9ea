import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Generator, ThreadId } from '../contracts/generator.js';
import {
  eachThread,
  generate,
  limit,
  mix,
  once,
  onThreads,
  perKey,
  phases,
  reserve,
  sequence,
  sleep,
  stagger,
  timeLimit,
  until,
} from './combinators.js';
import { drive, type Given, planOf } from './testing/drive.js';

const named = (f: string): Generator =>
  generate((_, random) => ({ f, value: random.integer(1e6) }));
const names = (given: readonly Given[]): string[] => given.map(({ invocation }) => invocation.f);
const threadsUpTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const uneven = (thread: ThreadId, count: number): number => 1 + ((thread * 7 + count) % 5);

/** Generators of which all that a thread does must depend on the seed and the thread alone. */
const independent: fc.Arbitrary<Generator> = fc.letrec<{ generator: Generator }>((tie) => {
  const inner = tie('generator');
  return {
    generator: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('a', 'b', 'c').map(named),
      fc
        .array(fc.record({ weight: fc.integer({ min: 1, max: 5 }), generator: inner }), {
          minLength: 1,
          maxLength: 3,
        })
        .map(mix),
      inner.map((generator) => stagger(1_000, generator)),
      fc.tuple(inner, inner).map(([first, rest]) => sequence(eachThread(limit(3, first)), rest)),
      fc
        .tuple(inner, inner)
        .map(([mine, rest]) => reserve([{ threads: 1, generator: mine }], rest)),
      inner.map((generator) => timeLimit(1e9, generator)),
    ),
  };
}).generator;

describe('generators', () => {
  it('are pure: the same seed gives the same, however often it is started', () => {
    fc.assert(
      fc.property(independent, fc.integer(), (generator, seed) => {
        const first = drive(generator, { seed, untilMs: 50 });
        expect(first.length).toBeGreaterThan(0);
        expect(drive(generator, { seed, untilMs: 50 })).toEqual(first);
      }),
      { numRuns: 50 },
    );
  });

  it('give a thread what depends on neither the number nor the pace of the others', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        independent,
        fc.integer(),
        fc.integer({ min: 3, max: 9 }),
        (generator, seed, n) => {
          const few = drive(generator, { seed, threads: threadsUpTo(2), untilMs: 40 });
          const threads = threadsUpTo(n);
          const many = drive(generator, { seed, threads, serviceMs: uneven, untilMs: 80 });
          for (const thread of [0, 1]) {
            const [mine, also] = [planOf(few, thread), planOf(many, thread)];
            const length = Math.min(mine.length, also.length);
            compared += length;
            expect(also.slice(0, length)).toEqual(mine.slice(0, length));
          }
        },
      ),
      { numRuns: 100 },
    );
    expect(compared).toBeGreaterThan(300);
  });
});

describe('generate, once, limit, sequence', () => {
  it('ends for each thread where the function does', () => {
    const three = generate((thread, _random, count) =>
      count < 3 ? { f: `${thread}` } : undefined,
    );
    expect(names(drive(three)).sort()).toEqual([...'000111222']);
  });

  it('counts over all threads', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: 1, max: 6 }), (count, threads) => {
        const given = drive(limit(count, named('a')), { threads: threadsUpTo(threads) });
        expect(given).toHaveLength(count);
      }),
    );
    expect(names(drive(sequence(once({ f: 'first' }), limit(2, named('then')))))).toEqual(
      expect.arrayContaining(['first', 'then', 'then']),
    );
  });

  it('lets every thread go on at its own pace', () => {
    const given = drive(
      sequence(eachThread(limit(2, named('a'))), eachThread(limit(1, named('b')))),
      {
        serviceMs: (thread) => 1 + 10 * thread,
      },
    );
    for (const thread of [0, 1, 2])
      expect(planOf(given, thread).map(({ f }) => f)).toEqual([...'aab']);
    const firstB = given.findIndex(({ invocation }) => invocation.f === 'b');
    expect(names(given).lastIndexOf('a')).toBeGreaterThan(firstB);
  });
});

describe('mix', () => {
  it('follows the weights, and passes over what has ended', () => {
    const given = drive(
      mix([
        { weight: 6, generator: named('often') },
        { weight: 3, generator: named('seldom') },
        { weight: 0, generator: named('never') },
        { weight: 1, generator: limit(5, named('five')) },
      ]),
      { untilMs: 3_000 },
    );
    const count = (f: string): number => names(given).filter((name) => name === f).length;
    expect(count('often') / count('seldom')).toBeCloseTo(2, 0);
    expect([count('never'), count('five')]).toEqual([0, 5]);
    expect(drive(mix([]))).toEqual([]);
  });

  it('does not roll again when it is asked again', () => {
    const slow = mix([
      { weight: 1, generator: stagger(10, named('slow')) },
      { weight: 1, generator: named('fast') },
    ]);
    const patient = drive(slow, { threads: [0], untilMs: 5_000 });
    const busy = drive(
      mix([
        { weight: 1, generator: named('slow') },
        { weight: 1, generator: named('fast') },
      ]),
      {
        threads: [0],
        untilMs: 5_000,
      },
    );
    expect(patient.length).toBeGreaterThan(20);
    expect(names(patient)).toEqual(names(busy).slice(0, patient.length));
  });
});

describe('stagger', () => {
  it.each(['poisson', 'fixed'] as const)('keeps the rate with %s arrivals', (arrival) => {
    for (const threads of [5, 50]) {
      const given = drive(stagger(200, named('a'), arrival), {
        threads: threadsUpTo(threads),
        untilMs: 20_000,
      });
      // 4,000 arrivals: a Poisson count strays by more than 5 of its deviations (316) hardly ever.
      expect(Math.abs(given.length - 4_000)).toBeLessThan(arrival === 'fixed' ? 3 : 316);
    }
  });

  it('has equal gaps when they are fixed, exponential ones otherwise', () => {
    const starts = (given: Given[]): number[] => given.map(({ start }) => start);
    const gaps = (times: number[]): number[] => times.slice(1).map((time, i) => time - times[i]);
    const fixed = gaps(starts(drive(stagger(100, named('a'), 'fixed'), { untilMs: 1_000 })));
    expect(new Set(fixed)).toEqual(new Set([10e6]));
    const poisson = gaps(starts(drive(stagger(100, named('a')), { untilMs: 100_000 })));
    const long = poisson.filter((gap) => gap > 10e6).length / poisson.length;
    expect(long).toBeCloseTo(Math.exp(-1), 1);
  });

  it('does not pay back with a burst what it could not do', () => {
    const hung = (_: ThreadId, count: number): number => (count === 0 ? 1_000 : 0.1);
    const given = drive(stagger(100, named('a'), 'fixed'), {
      threads: [0],
      serviceMs: hung,
      untilMs: 1_500,
    });
    const after = given.filter(({ start }) => start >= 1_000e6 && start < 1_100e6);
    expect(after.length).toBeLessThanOrEqual(13);
    expect(after.length).toBeGreaterThanOrEqual(10);
  });

  it('refuses a rate that is none', () => {
    for (const rate of [0, -1, NaN]) expect(() => stagger(rate, named('a'))).toThrow(RangeError);
  });
});

describe('timeLimit, sleep, until', () => {
  it('begins nothing at or after the limit, in any nesting', () => {
    for (const generator of [
      timeLimit(100, stagger(500, named('a'))),
      stagger(500, timeLimit(100, named('a'))),
      timeLimit(100, phases(limit(20, named('a')), named('b'))),
      timeLimit(100, phases(named('a'), sleep(1_000), named('b'))),
    ]) {
      const given = drive(generator, { serviceMs: uneven });
      expect(given.length).toBeGreaterThan(10);
      expect(Math.max(...given.map(({ start }) => start))).toBeLessThan(100e6);
    }
  });

  it('counts time from when its turn comes', () => {
    const given = drive(phases(sleep(500), timeLimit(100, named('a'))));
    expect(given[0].start).toBe(500e6);
    expect(Math.max(...given.map(({ start }) => start))).toBeLessThan(600e6);
  });

  it('goes on until it has seen what it waits for', () => {
    const given = drive(
      until(
        ({ type, value }) => type === 'ok' && value === 5,
        generate((_, _random, count) => ({ f: 'count', value: count })),
      ),
      { threads: [0] },
    );
    expect(given.map(({ invocation }) => invocation.value)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('phases', () => {
  it('begins a phase when every operation of the one before has ended', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
        fc.integer(),
        (counts, seed) => {
          const generators = counts.map((count, i) => limit(count, named(`${i}`)));
          const given = drive(phases(...generators), {
            seed,
            threads: threadsUpTo(4),
            serviceMs: uneven,
          });
          expect(given).toHaveLength(counts.reduce((sum, count) => sum + count, 0));
          for (const { invocation, start } of given) {
            const before = given.filter(
              (other) => Number(other.invocation.f) < Number(invocation.f),
            );
            for (const { end } of before) expect(end).toBeLessThanOrEqual(start);
          }
        },
      ),
    );
  });
});

describe('threads', () => {
  it('reserves the first ones, in order, and leaves the rest to the rest', () => {
    const given = drive(
      reserve(
        [
          { threads: 2, generator: named('a') },
          { threads: 1, generator: named('b') },
        ],
        named('c'),
      ),
      { threads: threadsUpTo(5), untilMs: 20 },
    );
    const doing = threadsUpTo(5).map((thread) => [
      ...new Set(planOf(given, thread).map(({ f }) => f)),
    ]);
    expect(doing).toEqual([['a'], ['a'], ['b'], ['c'], ['c']]);
  });

  it('gives each thread, or only some of them, a generator', () => {
    expect(drive(eachThread(limit(4, named('a'))))).toHaveLength(12);
    const some = drive(onThreads((thread) => thread === 2, limit(4, named('a'))));
    expect(some.map(({ thread }) => thread)).toEqual([2, 2, 2, 2]);
  });
});

describe('perKey', () => {
  const options = { groupSize: 2, operationsPerKey: 7, generator: () => named('a') };

  it('has groups work on keys of their own, so many operations on each', () => {
    const given = drive(perKey({ ...options, keysPerGroup: 3 }), {
      threads: threadsUpTo(5),
      serviceMs: uneven,
    });
    const byKey = new Map<string, Given[]>();
    for (const each of given) {
      const key = each.invocation.key as string;
      byKey.set(key, [...(byKey.get(key) ?? []), each]);
    }
    expect([...byKey.keys()].sort()).toEqual([
      '0-0',
      '0-1',
      '0-2',
      '1-0',
      '1-1',
      '1-2',
      '2-0',
      '2-1',
      '2-2',
    ]);
    for (const [key, operations] of byKey) {
      expect(operations).toHaveLength(7);
      for (const { thread } of operations) expect(`${Math.floor(thread / 2)}`).toBe(key[0]);
    }
  });

  it('gives a thread on a key what depends on both alone', () => {
    const on = (given: readonly Given[], thread: number, key: string) =>
      planOf(given, thread).filter((invocation) => invocation.key === key);
    const small = drive(perKey(options), { threads: [0, 1], untilMs: 50 });
    const large = drive(perKey(options), {
      threads: threadsUpTo(7),
      serviceMs: uneven,
      untilMs: 50,
    });
    for (const key of ['0-0', '0-1', '0-2']) {
      const [mine, also] = [on(small, 1, key), on(large, 1, key)];
      const length = Math.min(mine.length, also.length);
      expect(length).toBeGreaterThan(0);
      expect(also.slice(0, length)).toEqual(mine.slice(0, length));
    }
  });

  it('ends where a fresh key has nothing to do', () => {
    expect(drive(perKey({ ...options, generator: () => limit(0, named('a')) }))).toEqual([]);
  });
});
