import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOutTimeline, type TimelineOperation } from './timeline-layout.js';

const METRICS = { labelWidth: ({ label }: TimelineOperation) => 8 * label.length + 10, gap: 12 };

/** Sequential processes with random overlaps, and an order that respects real time. */
const OPERATIONS = fc
  .array(
    fc.record({
      process: fc.oneof(fc.nat(4), fc.nat(40)),
      ends: fc.boolean(),
      gap: fc.nat(2e9),
      length: fc.nat(12),
    }),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((steps) => {
    const operations: TimelineOperation[] = [];
    const open = new Map<number, TimelineOperation>();
    let time = 0;
    steps.forEach(({ process, ends, gap, length }, index) => {
      time += gap;
      const current = open.get(process);
      if (current && ends) {
        Object.assign(current, { return: index, endTime: time });
        open.delete(process);
      } else if (!current) {
        const operation: TimelineOperation = {
          process,
          label: 'x'.repeat(length),
          detail: '',
          call: index,
          startTime: time,
          invoked: '',
          answered: '',
          type: 'ok',
          stuck: false,
        };
        operations.push(operation);
        open.set(process, operation);
      }
    });
    const byCall = operations.filter((operation) => operation.return !== undefined);
    byCall.forEach((operation, order) => Object.assign(operation, { order }));
    return operations;
  });

describe('layOutTimeline', () => {
  it('keeps the order of all invocations and completions', () => {
    fc.assert(
      fc.property(OPERATIONS, (operations) => {
        const { bars, width } = layOutTimeline(operations, METRICS);
        const moments = bars.flatMap(({ operation, x, width: length }) => [
          { index: operation.call, x },
          ...(operation.return === undefined ? [] : [{ index: operation.return, x: x + length }]),
        ]);
        moments.sort((a, b) => a.index - b.index);
        moments.slice(1).forEach(({ x }, i) => expect(x).toBeGreaterThanOrEqual(moments[i].x));
        for (const { x, width: length } of bars) expect(x + length).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('gives every label its room, and no lane two bars in one place', () => {
    fc.assert(
      fc.property(OPERATIONS, (operations) => {
        const { bars, lanes } = layOutTimeline(operations, METRICS);
        for (const { operation, width, lane } of bars) {
          expect(width).toBeGreaterThanOrEqual(METRICS.labelWidth(operation));
          expect(lanes[lane]).toContain(operation.process);
        }
        for (const lane of lanes.keys()) {
          const inLane = bars.filter((bar) => bar.lane === lane);
          inLane.slice(1).forEach(({ x }, i) => {
            expect(x).toBeGreaterThanOrEqual(inLane[i].x + inLane[i].width);
          });
        }
      }),
    );
  });

  it('puts the points of the order one after the other, each within its bar', () => {
    fc.assert(
      fc.property(OPERATIONS, (operations) => {
        const { bars } = layOutTimeline(operations, METRICS);
        const ordered = bars
          .filter(({ operation }) => operation.order !== undefined)
          .sort((a, b) => Number(a.operation.order) - Number(b.operation.order));
        ordered.forEach(({ point = NaN, x, width }, i) => {
          expect(point).toBeGreaterThan(x);
          expect(point).toBeLessThan(x + width);
          if (i > 0) expect(point).toBeGreaterThan(ordered[i - 1].point ?? NaN);
        });
      }),
    );
  });
});
