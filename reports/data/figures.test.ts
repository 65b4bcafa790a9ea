import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../harness/history/operation.js';
import { describeFault, faultSpans } from './faults.js';
import { figuresOf } from './figures.js';
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
