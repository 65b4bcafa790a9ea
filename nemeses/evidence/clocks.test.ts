import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../harness/environment/virtual.js';
import { isRight, observeSkew, skewOf, formatSkew, type Skew } from './clocks.js';
import { fakeContext } from '../testing/fake-cluster.js';

/** Off by more than this a clock is never taken for a right one. */
const TOLD_MS = 400;
const ELSEWHERE: Skew = { ms: 0, errorMs: 0, atMs: 0 };

/** A node whose clock is off by so much, and whose readings take so long, there and back by turns. */
function nodeOff(offsetMs: number, waysMs: readonly number[]) {
  const clock = createVirtualClock(1_700_000_000_000);
  const context = fakeContext(1, clock);
  const [node] = context.cluster.nodes;
  node.readings = [...waysMs];
  const read = async (): Promise<Skew> => {
    await node.clock.skew({ offsetMs, driftPpm: 0 });
    return clock.runUntilSettled(skewOf(node));
  };
  return { clock, context, node, read };
}

/** A loaded machine: any way of a reading may take long. */
const ways = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 2, maxLength: 20 });
const offsets = fc.integer({ min: -5_000, max: 5_000 });

describe('a reading of a clock', () => {
  test('is never wrong by more than it says, however long it took', async () => {
    await fc.assert(
      fc.asyncProperty(offsets, ways, async (offsetMs, waysMs) => {
        const { ms, errorMs } = await nodeOff(offsetMs, waysMs).read();
        // Clocks are read in whole milliseconds.
        expect(Math.abs(ms - offsetMs)).toBeLessThanOrEqual(errorMs + 1);
      }),
    );
  });

  test('never calls a right clock wrong', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -90, max: 90 }), ways, async (offsetMs, waysMs) => {
        expect(isRight(await nodeOff(offsetMs, waysMs).read())).toBe(true);
      }),
    );
  });

  test('always calls a wrong clock wrong, where one reading of six is not slow', async () => {
    const wrong = offsets.filter((offsetMs) => Math.abs(offsetMs) > TOLD_MS);
    const slow = fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(wrong, slow, async (offsetMs, waysMs) => {
        const { read } = nodeOff(offsetMs, waysMs);
        expect(isRight(await read())).toBe(false);
      }),
    );
  });

  test('tells how little it knows where all of them were slow', async () => {
    const skew = await nodeOff(0, new Array<number>(20).fill(300)).read();
    expect(formatSkew(skew)).toBe('0 ± 300 ms');
    expect(formatSkew(await nodeOff(1_000, []).read())).toMatch(/^1?\d{3} ms$/);
  });
});

describe('a skew', () => {
  test.each([
    { offsetMs: 1_000, driftPpm: 0 },
    { offsetMs: -60_000, driftPpm: 0 },
    { offsetMs: 0, driftPpm: 200_000 },
    { offsetMs: 0, driftPpm: -500_000 },
  ])('is seen on a loaded machine, and not where there is none: %o', async (skew) => {
    const slow = [300, 5, 10, 900, 5, 5, 700, 700, 5, 5];
    const { clock, context, node } = nodeOff(0, slow);
    const observe = () => clock.runUntilSettled(observeSkew([node], skew, [ELSEWHERE], context));
    expect((await observe())[0].tookEffect).toBe(false);
    node.readings = [...slow];
    await node.clock.skew(skew);
    expect((await observe())[0].tookEffect).toBe(true);
  });
});
