import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../harness/history/operation.js';
import { describeFault, faultSpans } from './faults.js';
import { figuresOf } from './figures.js';
import { formatDuration, formatShare, plural, printable, shorten } from '../text/format.js';
import { operationColumns } from './report-data.js';
import { sampleOperations, sampleSchedule } from '../testing/sample.js';

describe('figuresOf', () => {
  it('agrees with counting by hand', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(1000), (count, seed) => {
        const operations = sampleOperations(count, 20, seed);
        const figures = figuresOf(operationColumns(operations));
        const ok = operations.filter(({ type }) => type === 'ok');
        expect(figures.total).toMatchObject({ count, ok: ok.length });
        for (const { name, count: own, fail } of figures.functions) {
          const these = operations.filter(({ f }) => f === name);
          expect([own, fail]).toEqual([
            these.length,
            these.filter(({ type }) => type === 'fail').length,
          ]);
        }
        const slowest = Math.max(...ok.map(({ startTime, endTime }) => endTime - startTime));
        expect(figures.total.latencies?.max ?? -Infinity).toBe(slowest);
        const errors = figures.errors.reduce((sum, error) => sum + error.count, 0);
        expect(errors).toBe(count - ok.length);
      }),
      { numRuns: 30 },
    );
  });

  it('takes the nearest rank for a percentile', () => {
    const operations = Array.from({ length: 100 }, (_, i): Operation => {
      const times = { startTime: 0, endTime: i + 1 };
      return { process: 0, f: 'read', input: null, type: 'ok', call: i, return: i, ...times };
    });
    expect(figuresOf(operationColumns(operations)).total.latencies).toEqual({
      p50: 50,
      p95: 95,
      p99: 99,
      max: 100,
    });
  });

  it('has figures for no operations at all', () => {
    expect(figuresOf(operationColumns([]))).toMatchObject({
      total: { count: 0, ok: 0, latencies: undefined },
      okPerSecond: 0,
    });
  });
});

describe('faultSpans', () => {
  it('pairs injections with their healings, and says what was not seen', () => {
    const [partition, kill] = faultSpans(sampleSchedule());
    expect(partition).toMatchObject({ start: 6e9, end: 10.3e9, tookEffect: true, healed: true });
    expect(describeFault(kill)).toBe('kill minority (n1, n5)');
    const [open] = faultSpans(sampleSchedule().slice(0, 1));
    expect(open).toMatchObject({ end: undefined, healed: false });
  });
});

describe('format', () => {
  it('writes durations in the unit that suits', () => {
    expect([850e3, 12.34e6, 4.514e9, 125e9, 3600e9].map(formatDuration)).toEqual([
      '850 µs',
      '12.3 ms',
      '4.51 s',
      '2 min 5 s',
      '60 min',
    ]);
  });

  it('never rounds to all or to nothing', () => {
    expect(formatShare(99_999, 100_000)).toBe('99.99 %');
    expect(formatShare(1, 100_000_000)).toBe('0.01 %');
    expect([formatShare(1, 1), formatShare(0, 5), formatShare(0, 0)]).toEqual([
      '100 %',
      '0 %',
      '–',
    ]);
    expect([plural(1, 'key'), plural(2000, 'key')]).toEqual(['1 key', '2,000 keys']);
  });

  it('lets nothing move the cursor, and cuts between characters', () => {
    expect(printable('a\u001b[2Jb\u009b\u202ec\nd\te')).toBe('a\\u001b[2Jb\\u009b\\u202ec⏎d e');
    expect(printable('日本 😀')).toBe('日本 😀');
    expect(shorten('😀😀😀', 2)).toBe('😀…');
    expect(shorten('abc', 3)).toBe('abc');
  });
});
