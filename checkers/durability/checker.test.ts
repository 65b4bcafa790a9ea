import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../harness/environment/random.js';
import { createRealClock } from '../../harness/environment/real.js';
import type { HistoryEvent } from '../../harness/history/event.js';
import type { History, Operation } from '../../harness/history/operation.js';
import { toHistory } from '../../harness/history/pair.js';
import type { JsonValue } from '../../harness/json.js';
import { createDurabilityChecker, type DurabilityOptions } from './checker.js';
import type { DurabilityEvidence } from './evidence.js';
import { fatesOf } from './fates.js';

async function check(history: History, options: DurabilityOptions = {}) {
  const limits = { timeMs: 1_000, memoryBytes: 2 ** 30 };
  const result = await createDurabilityChecker(options).check(history, {
    clock: createRealClock(),
    limits,
  });
  return { ...result, evidence: result.evidence as DurabilityEvidence };
}

/** Events at 1 ms, 2 ms, …; what is not said is the same every time. */
function historyOf(...events: Partial<HistoryEvent>[]): History {
  return toHistory(
    events.map((event, index) => ({
      index,
      time: (index + 1) * 1e6,
      process: 0,
      type: 'invoke',
      f: 'write',
      key: 'k',
      ...event,
    })),
  );
}

const write = (value: string, process = 0): Partial<HistoryEvent>[] => [
  { process, value },
  { process, type: 'ok', value },
];
const read = (value: JsonValue, process = 1): Partial<HistoryEvent>[] => [
  { process, f: 'read' },
  { process, f: 'read', type: 'ok', value },
];
const fault = (f: string, action: string, id = 1): Partial<HistoryEvent> => ({
  process: 'nemesis',
  type: 'info',
  f,
  key: undefined,
  value: { action, id, variant: 'all', nodes: ['n1', 'n2', 'n3'] },
});

describe('the durability checker', () => {
  const lossAt = (faultName: string): History =>
    historyOf(...write('a'), fault(faultName, 'inject'), fault(faultName, 'heal'), ...read(null));

  it('calls a loss a violation where the mode promises to survive', async () => {
    const { verdict, summary, evidence } = await check(lossAt('power'));
    expect(verdict).toBe('invalid');
    expect(summary).toContain('1 of 1 acknowledged writes was lost. First: "a" to k');
    expect(evidence.byFault).toEqual([
      expect.objectContaining({ id: 1, fault: 'power', lost: 1, certain: 1, windowMs: 1 }),
    ]);
  });

  it('calls it as promised where the mode does not, after a power cut and only then', async () => {
    const lossy = { mode: 'never', survivesPowerLoss: false };
    const promised = await check(lossAt('power'), lossy);
    expect(promised).toMatchObject({ verdict: 'valid', evidence: { lost: 1, lostAsPromised: 1 } });
    expect(promised.summary).toContain('as promised by the mode never');
    expect(await check(lossAt('kill'), lossy)).toMatchObject({ verdict: 'invalid' });
    const before = [...write('a'), ...read(null), fault('power', 'inject'), fault('power', 'heal')];
    expect(await check(historyOf(...before), lossy)).toMatchObject({
      verdict: 'invalid',
      evidence: { lost: 1, lostAsPromised: 0 },
    });
  });

  it('knows nothing of what was read by nobody, or cannot be told apart', async () => {
    expect(await check(historyOf(...write('a')))).toMatchObject({ verdict: 'unknown' });
    expect(await check(historyOf(...read(null)))).toMatchObject({ verdict: 'unknown' });
    const twice = await check(historyOf(...write('a'), ...write('a'), ...read('a')));
    expect(twice).toMatchObject({ verdict: 'unknown', unknownReason: 'not enough data' });
    expect(twice.summary).toContain('written twice');
    const swap = { f: 'cas', value: ['a', 'b'] };
    expect((await check(historyOf(swap, { ...swap, type: 'ok' }))).summary).toContain('"cas"');
  });

  it('finds values from nowhere, also from the future', async () => {
    expect(await check(historyOf(...write('a'), ...read('x'), ...read('a')))).toMatchObject({
      verdict: 'invalid',
      evidence: { phantoms: 1, lost: 0 },
    });
    const early = historyOf(
      { process: 1, f: 'read' },
      { process: 1, f: 'read', type: 'ok', value: 'a' },
      ...write('a'),
      ...read('a'),
    );
    expect(await check(early)).toMatchObject({ evidence: { phantoms: 1 } });
  });

  it('tells a stale read from a loss', async () => {
    const stale = await check(historyOf(...write('a'), ...read(null), ...read('a')));
    expect(stale).toMatchObject({ verdict: 'valid', evidence: { missed: 1, lost: 0 } });
  });

  it('sees that a later write outlived an earlier one', async () => {
    const [first, second] = [write('a'), write('b')];
    const at = (key: string, events: Partial<HistoryEvent>[]) =>
      events.map((event) => ({ ...event, key }));
    const swapped = historyOf(
      ...at('x', first),
      ...at('y', second),
      fault('power', 'inject'),
      ...at('x', read(null)),
      ...at('y', read('b')),
    );
    expect(await check(swapped)).toMatchObject({ evidence: { lost: 1, outOfOrder: 1 } });
    const inOrder = historyOf(
      ...at('x', first),
      ...at('y', second),
      fault('power', 'inject'),
      ...at('x', read('a')),
      ...at('y', read(null)),
    );
    expect(await check(inOrder)).toMatchObject({ evidence: { lost: 1, outOfOrder: 0 } });
  });

  it('counts what was never acknowledged and is there, or is not', async () => {
    const { evidence } = await check(
      historyOf(
        { value: 'a' },
        { value: 'a', type: 'info' },
        { value: 'b', process: 2 },
        { value: 'b', process: 2, type: 'info' },
        ...read('b'),
      ),
    );
    expect(evidence.unacknowledged).toEqual({ present: 1, absent: 1 });
  });
});

/** Operations on two keys with all ends in any order: what no store would do, too. */
const operations = fc
  .array(
    fc.record({
      f: fc.constantFrom('write', 'read', 'read'),
      key: fc.constantFrom('x', 'y'),
      type: fc.constantFrom('ok' as const, 'ok' as const, 'ok' as const, 'info' as const),
      ends: fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true })),
      output: fc.nat(12),
    }),
    { maxLength: 12 },
  )
  .map((drawn) => {
    const places = drawn.flatMap(({ ends }, at) => ends.map((end, side) => ({ end, at, side })));
    places.sort((a, b) => a.end - b.end || a.at - b.at || a.side - b.side);
    return drawn
      .map(({ f, key, type, output }, at): Operation => {
        const [call, end] = places.flatMap((place, index) => (place.at === at ? [index] : []));
        // A value that nobody wrote stands for none: most of those that are drawn.
        const writer = drawn[output];
        const isValue = writer?.f === 'write' && writer.key === key;
        return {
          process: at,
          f,
          key,
          input: f === 'write' ? at : null,
          output: f === 'read' && isValue ? output : null,
          type,
          call,
          return: type === 'ok' ? end : Infinity,
          startTime: call,
          endTime: end,
        };
      })
      .sort((a, b) => a.call - b.call);
  });

/** The definition of `fatesOf`, with its quantifiers as they are. */
function plainFate(write: Operation, all: readonly Operation[]): string {
  const own = all.filter(({ key }) => key === write.key);
  const writerOf = (read: Operation): Operation | undefined =>
    own.find(({ f, input }) => f === 'write' && input === read.output);
  const reads = own.filter((each) => {
    if (each.f !== 'read' || each.type !== 'ok') return false;
    return each.output === null || (writerOf(each)?.call ?? Infinity) < each.return;
  });
  const misses = (read: Operation): boolean =>
    read.output === null || (writerOf(read)?.return ?? 0) < write.call;
  const later = reads.filter(({ call }) => call > write.return);
  if (later.length === 0) return 'unread';
  const isLast = (miss: Operation): boolean =>
    misses(miss) && reads.every((other) => other.return <= miss.call || misses(other));
  if (later.some(isLast)) return 'lost';
  return later.some(misses) ? 'missed' : 'kept';
}

describe('the fates of writes', () => {
  it('are what their definition says', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(operations, (all) => {
        const { acknowledged } = fatesOf({ events: [], operations: all });
        const found = acknowledged.map(({ write, fate }) => [write.input, fate.kind]);
        const writes = all.filter(({ f, type }) => f === 'write' && type === 'ok');
        expect(found).toEqual(writes.map((each) => [each.input, plainFate(each, all)]));
        for (const { fate } of acknowledged) seen.add(fate.kind);
      }),
      { numRuns: 5_000 },
    );
    expect([...seen].sort()).toEqual(['kept', 'lost', 'missed', 'unread']);
  });

  it('are those of a store that loses the end of its log with each power cut', async () => {
    let losses = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const { history, lostBy } = playStore(seed);
      const { evidence } = await check(history, { survivesPowerLoss: false });
      const found = evidence.writes.map(({ value, fault: id }): [string, number | null] => [
        String(value),
        id,
      ]);
      expect(new Map(found)).toEqual(lostBy);
      expect(evidence).toMatchObject({ lost: lostBy.size, outOfOrder: 0, missed: 0 });
      losses += lostBy.size;
    }
    expect(losses).toBeGreaterThan(200);
  });
});

/** One client after the other, two power cuts that each take a random end of the log, and a read of everything. */
function playStore(seed: number): { history: History; lostBy: Map<string, number> } {
  const random = createRandom(seed);
  const events: Partial<HistoryEvent>[] = [];
  const lostBy = new Map<string, number>();
  let log: string[] = [];
  const values: string[] = [];
  const readOne = (value: string): void => {
    const there = log.includes(value) ? value : null;
    events.push(...read(there).map((event) => ({ ...event, key: value })));
  };
  for (let cut = 1; cut <= 3; cut++) {
    for (let step = 0; step < 12; step++) {
      if (values.length > 0 && random.integer(4) === 0) readOne(random.pick(values));
      const value = `v${values.length}`;
      values.push(value);
      log.push(value);
      events.push(...write(value).map((event) => ({ ...event, key: value })));
    }
    if (cut === 3) break;
    events.push(fault('power', 'inject', cut));
    const kept = log.length - random.integer(6);
    for (const value of log.slice(kept)) lostBy.set(value, cut);
    log = log.slice(0, kept);
    events.push(fault('power', 'heal', cut));
  }
  for (const value of values) readOne(value);
  return { history: historyOf(...events), lostBy };
}
