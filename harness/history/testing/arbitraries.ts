import fc from 'fast-check';
import type { JsonValue } from '../../json.js';
import type { HistoryEvent } from '../event.js';

const values: fc.Arbitrary<JsonValue | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.integer(),
  fc.string({ unit: 'binary' }),
  fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as JsonValue),
);

const steps = fc.array(
  fc.record({
    thread: fc.nat(4),
    type: fc.constantFrom('ok', 'fail', 'info'),
    f: fc.constantFrom('read', 'write', 'cas'),
    key: fc.constantFrom(undefined, 'a', 'b'),
    value: values,
    gap: fc.nat(1_000),
    detail: fc.boolean(),
    nemesis: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
  }),
  { maxLength: 60 },
);

/**
 * Histories that are right: each step moves one thread on, from idle to open and from open to an end,
 * as a new process after `info`; now and then the nemesis says something.
 */
export function histories(): fc.Arbitrary<HistoryEvent[]> {
  return steps.map((drawn) => {
    const threads = new Map<number, { process: number; open?: HistoryEvent }>();
    let time = 0;
    return drawn.map(({ thread, type, f, key, value, gap, detail, nemesis }, index) => {
      time += gap;
      if (nemesis) return { index, time, process: 'nemesis', type: 'info', f: 'kill', value };
      const state = threads.get(thread) ?? { process: thread };
      threads.set(thread, state);
      const { process, open } = state;
      const more = detail ? { node: `n${thread}`, meta: { term: index } } : {};
      if (!open) {
        state.open = { index, time, process, type: 'invoke', f, key, value, ...more };
        return state.open;
      }
      state.open = undefined;
      if (type === 'info') state.process += 5;
      const error = type === 'ok' ? undefined : { code: 'some-code', message: 'why' };
      return { index, time, process, type, f: open.f, key: open.key, value, error, ...more };
    });
  });
}
