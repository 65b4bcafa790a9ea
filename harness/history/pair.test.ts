import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from './event.js';
import { HistoryError } from './history-error.js';
import { toHistory } from './pair.js';
import { histories } from './testing/arbitraries.js';

/** The slow, obvious pairing: the first later event of the process ends it. */
function pairSlowly(events: readonly HistoryEvent[]) {
  return events
    .filter(({ type, process }) => type === 'invoke' && process !== 'nemesis')
    .map((invocation) => {
      const completion = events.find(
        ({ process, index }) => process === invocation.process && index > invocation.index,
      );
      const certain = completion && completion.type !== 'info';
      return {
        process: invocation.process,
        f: invocation.f,
        key: invocation.key,
        input: invocation.value ?? null,
        output: completion?.value,
        type: completion?.type ?? 'info',
        call: invocation.index,
        return: certain ? completion.index : Infinity,
        startTime: invocation.time,
        endTime: completion?.time ?? Infinity,
        node: completion?.node ?? invocation.node,
        error: completion?.error,
        meta: completion?.meta,
      };
    });
}

const event = (
  index: number,
  type: HistoryEvent['type'],
  process: number,
  more: Partial<HistoryEvent> = {},
): HistoryEvent => ({ index, time: index, process, type, f: 'read', ...more });

describe('toHistory', () => {
  it('pairs as the slow, obvious pairing does', () => {
    fc.assert(
      fc.property(histories(), (events) => {
        const history = toHistory(events);
        expect(history.operations).toEqual(pairSlowly(events));
        expect(history.events).toBe(events);
      }),
    );
  });

  it('leaves the nemesis out, which may say what it likes', () => {
    const events: HistoryEvent[] = [
      { index: 0, time: 0, process: 'nemesis', type: 'info', f: 'kill' },
      { index: 1, time: 1, process: 'nemesis', type: 'info', f: 'kill' },
    ];
    expect(toHistory(events).operations).toEqual([]);
  });

  it.each<[string, HistoryEvent[], string]>([
    [
      'two open operations',
      [event(0, 'invoke', 1), event(1, 'invoke', 1)],
      'process 1 invokes read while its read is still open',
    ],
    [
      'two open operations of two kinds',
      [event(0, 'invoke', 1), event(1, 'invoke', 1, { f: 'write' })],
      'process 1 invokes write while its read is still open',
    ],
    [
      'a completion of nothing',
      [event(0, 'ok', 1)],
      'process 1 completes a read that it did not invoke',
    ],
    [
      'a second completion',
      [event(0, 'invoke', 1), event(1, 'ok', 1), event(2, 'ok', 1)],
      'process 1 completes a read that it did not invoke',
    ],
    [
      'another operation completed',
      [event(0, 'invoke', 1), event(1, 'ok', 1, { f: 'write' })],
      'process 1 invoked read and completes write',
    ],
    [
      'another key completed',
      [event(0, 'invoke', 1, { key: 'a' }), event(1, 'ok', 1, { key: 'b' })],
      'process 1 invoked key a and completes key b',
    ],
    [
      'time running backwards',
      [event(0, 'invoke', 1, { time: 5 }), event(1, 'ok', 1, { time: 4 })],
      'time runs backwards, from 5 to 4',
    ],
    [
      'a time that is none',
      [event(0, 'invoke', 1, { time: NaN })],
      'time runs backwards, from -Infinity to NaN',
    ],
    [
      'a process used after info',
      [event(0, 'invoke', 1), event(1, 'info', 1), event(2, 'invoke', 1)],
      'process 1 goes on after an operation that ended in info',
    ],
    ['a wrong index', [event(3, 'invoke', 1)], 'the index is 3 and should be 0'],
  ])('refuses %s', (_, events, reason) => {
    const attempt = (): unknown =>
      toHistory(events, (position) => ({ file: 'some.jsonl', line: position + 1 }));
    expect(attempt).toThrow(HistoryError);
    expect(attempt).toThrow(`some.jsonl:${events.length}: ${reason}`);
    expect(() => toHistory(events)).toThrow(`event ${events.length - 1}: ${reason}`);
  });
});
