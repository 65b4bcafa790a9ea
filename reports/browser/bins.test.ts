import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binScatter, binThroughput, binWidth } from './bins.js';
import { moveRange } from './range.js';

const COLUMNS = fc
  .array(
    fc.record({
      start: fc.double({ min: 0, max: 60, noNaN: true }),
      latency: fc.double({ min: 0.001, max: 5000, noNaN: true }),
      type: fc.nat(2),
    }),
    { maxLength: 200 },
  )
  .map((rows) => ({
    count: rows.length,
    start: rows.map(({ start }) => start),
    latency: rows.map(({ latency }) => latency),
    type: rows.map(({ type }) => type),
  }));

const RANGE = fc
  .tuple(fc.double({ min: 0, max: 50, noNaN: true }), fc.double({ min: 0.5, max: 20, noNaN: true }))
  .map(([min, length]) => ({ min, max: min + length }));

describe('binScatter', () => {
  it('counts every operation of its type in the range once, at a place where one was', () => {
    fc.assert(
      fc.property(COLUMNS, RANGE, fc.nat(2), fc.boolean(), (columns, range, type, exact) => {
        const grid = { columns: 8, rows: 6 };
        const points = binScatter(columns, type, range, grid, exact ? Infinity : 0);
        const expected = columns.start.filter(
          (x, i) => columns.type[i] === type && x >= range.min && x <= range.max,
        ).length;
        expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(expected);
        for (const { x, y, index } of points) {
          expect([x, y, type]).toEqual([
            columns.start[index],
            columns.latency[index],
            columns.type[index],
          ]);
        }
        if (!exact) expect(points.length).toBeLessThanOrEqual((8 + 1) * (6 + 1));
      }),
    );
  });
});

describe('binThroughput', () => {
  it('adds up to the completions of the run', () => {
    fc.assert(
      fc.property(COLUMNS, fc.nat(2), (columns, type) => {
        const end = Math.max(1, ...columns.start.map((x, i) => x + columns.latency[i] / 1e3));
        const width = binWidth({ min: 0, max: end }, 50);
        const bins = binThroughput(columns, type, { min: 0, max: end }, width, end);
        expect(bins.length).toBeLessThanOrEqual(51);
        const seconds = bins.map(({ x }, i) => 2 * (x - i * width));
        const total = bins.reduce((sum, { y }, i) => sum + y * seconds[i], 0);
        const atTheEnd = columns.start.filter(
          (x, i) => columns.type[i] === type && x + columns.latency[i] / 1e3 >= bins.length * width,
        ).length;
        expect(total + atTheEnd).toBeCloseTo(columns.type.filter((t) => t === type).length, 6);
      }),
    );
  });

  it('counts the last, shorter bin over the time that there was', () => {
    const columns = { count: 2, start: [0.5, 1.1], latency: [1, 1], type: [0, 0] };
    expect(binThroughput(columns, 0, { min: 0, max: 1.25 }, 1, 1.25)).toEqual([
      { x: 0.5, y: 1 },
      { x: 1.125, y: 4 },
    ]);
  });
});

describe('moveRange', () => {
  it('stays within the run and keeps the length that was asked for', () => {
    fc.assert(
      fc.property(
        RANGE,
        fc.constantFrom(0.5, 1, 2),
        fc.constantFrom(-0.5, 0, 0.5),
        (range, factor, shift) => {
          const moved = moveRange(range, factor, shift, 70);
          expect(moved.min).toBeGreaterThanOrEqual(0);
          expect(moved.max).toBeLessThanOrEqual(70 + 1e-9);
          expect(moved.max - moved.min).toBeCloseTo((range.max - range.min) * factor, 6);
        },
      ),
    );
  });
});
