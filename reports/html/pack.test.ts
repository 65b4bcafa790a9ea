import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../harness/history/operation.js';
import { unpackOperations } from '../browser/columns.js';
import { OPERATION_TYPES, operationColumns } from '../data/report-data.js';
import { sampleOperations } from '../testing/sample.js';
import { packOperations } from './pack.js';

const OPERATIONS = fc
  .array(
    fc.record({
      gap: fc.nat(5e9),
      latency: fc.option(fc.integer({ min: 1, max: 3e11 }), { nil: undefined }),
      process: fc.nat(100_000),
      f: fc.constantFrom('read', 'write', 'cas'),
      type: fc.constantFrom(...OPERATION_TYPES),
      key: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
      node: fc.option(fc.constantFrom('n1', 'n2'), { nil: undefined }),
    }),
    { maxLength: 40 },
  )
  .map((rows) => {
    let startTime = 0;
    return rows.map(({ gap, latency, ...row }, i): Operation => {
      startTime += gap;
      const endTime = latency === undefined ? Infinity : startTime + latency;
      return { ...row, input: null, call: i, return: Infinity, startTime, endTime };
    });
  });

describe('packed operations', () => {
  it('say in the page what they said in the run', async () => {
    await fc.assert(
      fc.asyncProperty(OPERATIONS, async (operations) => {
        const columns = await unpackOperations(packOperations(operationColumns(operations)));
        expect(columns.count).toBe(operations.length);
        const last = Math.max(
          0,
          ...operations.map(({ startTime, endTime }) => (endTime < Infinity ? endTime : startTime)),
        );
        operations.forEach((operation, i) => {
          const { startTime, endTime, type, process, f, key, node } = operation;
          const latencyMs = Math.max(1e-3, (Math.min(endTime, last) - startTime) / 1e6);
          expect(Math.abs(columns.start[i] - startTime / 1e9)).toBeLessThan(1e-4);
          expect(Math.abs(columns.latency[i] / latencyMs - 1)).toBeLessThan(3e-4);
          expect(OPERATION_TYPES[columns.type[i]]).toBe(type);
          const words = [f, key, `by process ${String(process)}`, node && `on ${node}`];
          expect(columns.describe(i)).toBe(words.filter(Boolean).join(' '));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('take less than ten bytes each', () => {
    const packed = packOperations(operationColumns(sampleOperations(20_000, 30)));
    expect(packed.data.length).toBeLessThan(20_000 * 10);
  });
});
