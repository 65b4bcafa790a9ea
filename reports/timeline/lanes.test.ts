import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignLanes } from './lanes.js';

describe('assignLanes', () => {
  it('never puts two spans that overlap into one lane, and opens no lane without need', () => {
    const spans = fc
      .array(fc.tuple(fc.nat(100), fc.integer({ min: 1, max: 30 })), { maxLength: 30 })
      .map((pairs) =>
        pairs
          .map(([start, length]) => ({ start, end: start + length }))
          .sort((a, b) => a.start - b.start),
      );
    fc.assert(
      fc.property(spans, (bands) => {
        const lanes = assignLanes(bands);
        bands.forEach((a, i) => {
          bands.slice(0, i).forEach((b, j) => {
            if (lanes[i] === lanes[j]) expect(a.start >= b.end || b.start >= a.end).toBe(true);
          });
          const together = bands.filter((b) => b.start <= a.start && b.end > a.start).length;
          expect(lanes[i]).toBeLessThan(together);
        });
      }),
    );
  });
});
