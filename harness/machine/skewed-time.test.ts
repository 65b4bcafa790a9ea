import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClockSkew } from '../contracts/cluster.js';
import { SkewedTime } from './skewed-time.js';

/** A clock that stands where it was put. */
function setUp() {
  const truth = { ns: 5e9, now: () => truth.ns, wallMs: () => 1e12 + truth.ns / 1e6 };
  return { truth, time: new SkewedTime(truth) };
}

describe('the time of a node with a skewed clock', () => {
  test('is off by the offset and the drift, and right again without them', () => {
    const { truth, time } = setUp();
    time.set({ offsetMs: -2_000, driftPpm: 100_000 });
    expect(time.wallMs() - truth.wallMs()).toBe(-2_000);
    truth.ns += 3e9;
    expect(time.wallMs() - truth.wallMs()).toBe(-1_700);
    expect(time.now()).toBe(truth.ns);
    time.set(null);
    expect(time.wallMs()).toBe(truth.wallMs());
  });

  test('strobes between right and wrong', () => {
    const { truth, time } = setUp();
    time.set({ offsetMs: 9_000, driftPpm: 0, strobeMs: 100 });
    const seen = [50, 150, 250, 350].map((ms) => {
      truth.ns = 5e9 + ms * 1e6;
      return time.wallMs() - truth.wallMs();
    });
    expect(seen).toEqual([9_000, 0, 9_000, 0]);
  });

  const skew: fc.Arbitrary<ClockSkew | null> = fc.option(
    fc.record({
      offsetMs: fc.integer({ min: 0, max: 10_000 }),
      driftPpm: fc.integer({ min: -900_000, max: 5_000_000 }),
      monotonic: fc.boolean(),
    }),
  );

  test('never goes back on the monotonic clock, whatever comes after whatever', () => {
    const steps = fc.array(fc.tuple(skew, fc.integer({ min: 0, max: 1e10 })));
    fc.assert(
      fc.property(steps, (moves) => {
        const { truth, time } = setUp();
        let last = time.now();
        for (const [next, ns] of moves) {
          time.set(next);
          truth.ns += ns;
          expect(time.now()).toBeGreaterThanOrEqual(last);
          last = time.now();
        }
      }),
    );
  });
});
