import { describe, expect, it } from 'vitest';
import { type Client, classifyError } from '../harness/contracts/client.js';
import { createRandom } from '../harness/environment/random.js';
import { createVirtualClock } from '../harness/environment/virtual.js';
import { stagger, timeLimit } from '../harness/generators/combinators.js';
import type { HistoryEvent } from '../harness/history/event.js';
import type { Operation } from '../harness/history/operation.js';
import { toHistory } from '../harness/history/pair.js';
import type { JsonValue } from '../harness/json.js';
import { runLoad } from '../harness/scheduler/scheduler.js';
import { registerWorkload } from './register.js';

interface Session {
  concurrency?: number;
  options?: Record<string, string>;
  seed?: number;
  /** What a read answers instead of the value that is there. */
  corrupt?: (value: JsonValue, key: string) => JsonValue;
}

/** 10 s at 500 operations a second against registers in memory, in virtual time, then the final reads. */
async function play({ concurrency = 10, options = {}, seed = 1, corrupt }: Session = {}) {
  const clock = createVirtualClock();
  const random = createRandom(seed);
  const plan = registerWorkload.create(options, random.fork('workload'), concurrency);
  const events: HistoryEvent[] = [];
  const registers = new Map<string, JsonValue>();
  const latency = random.fork('latency');
  const client: Client = {
    invoke: async ({ f, key = '', value = null }) => {
      await clock.sleep(latency.exponential(2));
      const answer = perform(registers, f, key, value);
      await clock.sleep(latency.exponential(2));
      if (answer === undefined) return { type: 'fail', error: { code: 'mismatch' } };
      return { type: 'ok', value: f === 'read' && corrupt ? corrupt(answer, key) : answer };
    },
    close: async () => undefined,
  };
  const common = {
    clients: () => ({ client }),
    recorder: {
      record: (event: Omit<HistoryEvent, 'index' | 'time'>) => {
        events.push({ ...event, index: events.length, time: clock.now() });
        return events[events.length - 1];
      },
      flush: () => undefined,
    },
    clock,
    random: random.fork('load'),
    concurrency,
    operationTimeoutMs: 1_000,
    classify: (error: unknown, f: string) => classifyError(error, {}, plan.reads.has(f)),
  };
  const load = runLoad({ ...common, generator: timeLimit(10_000, stagger(500, plan.load)) });
  await clock.runUntilIdle();
  const { nextProcess } = await load;
  const loaded = events.length;
  const final = runLoad({ ...common, generator: plan.final, firstProcess: nextProcess });
  await clock.runUntilIdle();
  await final;
  const { operations } = toHistory(events);
  return {
    plan,
    history: { events, operations },
    load: operations.filter(({ call }) => call < loaded),
    final: operations.filter(({ call }) => call >= loaded),
    clock,
  };
}

/** What one atomic register answers; undefined: the cas did not match. */
function perform(registers: Map<string, JsonValue>, f: string, key: string, value: JsonValue) {
  const present = registers.get(key) ?? null;
  if (f === 'read') return present;
  if (f === 'write') {
    registers.set(key, value);
    return null;
  }
  const [from, to] = value as JsonValue[];
  if (present !== from) return undefined;
  registers.set(key, to);
  return null;
}

const written = ({ f, input }: Operation): JsonValue[] =>
  f === 'read' ? [] : [f === 'cas' ? (input as JsonValue[])[1] : input];

describe('the register workload', () => {
  it('reads, writes and swaps as weighed, and most swaps are worth their while', async () => {
    const { load } = await play();
    const share = (f: string): number => load.filter((each) => each.f === f).length / load.length;
    expect(load.length).toBeGreaterThan(4_000);
    // Every second client only reads; of the others' operations one in five is a read.
    expect(share('read')).toBeCloseTo(0.6, 1);
    expect(share('write')).toBeCloseTo(0.2, 1);
    expect(share('cas')).toBeCloseTo(0.2, 1);
    const reader = load.filter(({ process }) => process === 1).map(({ f }) => f);
    expect(new Set(reader)).toEqual(new Set(['read']));
    const swaps = load.filter(({ f }) => f === 'cas');
    expect(swaps.filter(({ type }) => type === 'ok').length / swaps.length).toBeGreaterThan(0.5);
    expect(swaps.filter(({ type }) => type === 'fail').length).toBeGreaterThan(10);
  });

  it('weighs all clients alike where there are no readers', async () => {
    const { load } = await play({ options: { readers: '0', mix: '2:1:1' } });
    const reads = load.filter(({ f }) => f === 'read').length;
    expect(reads / load.length).toBeCloseTo(0.5, 1);
  });

  it('writes no value twice, or only a few when they should be small', async () => {
    const unique = (await play()).load.flatMap(written);
    expect(new Set(unique).size).toBe(unique.length);
    const small = (await play({ options: { values: 'small', domain: '3' } })).load.flatMap(written);
    expect([...new Set(small)].sort()).toEqual([0, 1, 2]);
  });

  it('gives every register its operations and a fresh one its place', async () => {
    const { load } = await play({ options: { keys: '3', 'operations-per-key': '100' } });
    const counts = new Map<string, number>();
    for (const { key = '' } of load) counts.set(key, (counts.get(key) ?? 0) + 1);
    const short = [...counts.values()].filter((count) => count !== 100);
    expect(short.length).toBeLessThanOrEqual(3);
    expect(Math.max(...short, 0)).toBeLessThan(100);
    expect(new Set([...counts.keys()].map((key) => key.split('-')[0]))).toEqual(
      new Set(['r0', 'r1', 'r2']),
    );
  });

  it('reads every register that was ever used in the end, three times, by three threads', async () => {
    const { load, final } = await play({ options: { 'operations-per-key': '150' } });
    const used = [...new Set(load.map(({ key }) => key))].sort();
    expect(used.length).toBeGreaterThan(20);
    for (const process of new Set(final.map((each) => each.process))) {
      const keys = final.filter((each) => each.process === process).map(({ key }) => key);
      expect(keys.sort()).toEqual(used);
    }
    expect(final.length).toBe(3 * used.length);
    expect(final.every(({ f, type }) => f === 'read' && type === 'ok')).toBe(true);
  });

  it('draws the same for a client however many others there are', async () => {
    // What a draw shows whatever was answered: the slot, and the value of a write.
    const drawn = async (concurrency: number) =>
      (await play({ concurrency, seed: 9 })).load
        .filter(({ process }) => process === 2)
        .map(({ key = '', f, input }) => [key.split('-')[0], f === 'write' ? input : null]);
    const [few, many] = [await drawn(3), await drawn(12)];
    const length = Math.min(few.length, many.length);
    expect(length).toBeGreaterThan(100);
    expect(many.slice(0, length)).toEqual(few.slice(0, length));
  });

  it('is judged valid on registers that work, and invalid on one stale answer', async () => {
    const verdicts = async (session: Session): Promise<Record<string, string>> => {
      const { plan, history, clock } = await play(session);
      const limits = { timeMs: 60_000, memoryBytes: 1e9 };
      const results = await Promise.all(
        plan.checkers.map((checker) => checker.check(history, { clock, limits })),
      );
      return Object.fromEntries(results.map(({ checker, verdict }) => [checker, verdict]));
    };
    expect(await verdicts({})).toMatchObject({ linearizability: 'valid', statistics: 'valid' });
    const seen = new Map<string, JsonValue>();
    const corrupt = (value: JsonValue, key: string): JsonValue => {
      if (!seen.has(key)) seen.set(key, value);
      return key === 'r1-1' ? (seen.get(key) ?? null) : value;
    };
    expect(await verdicts({ corrupt })).toMatchObject({ linearizability: 'invalid' });
  });

  it('refuses what it does not know', () => {
    const create = (options: Record<string, string>) => () =>
      registerWorkload.create(options, createRandom(1), 3);
    expect(create({ key: '5' })).toThrow(/no option "key"; expected keys, operations-per-key, mix/);
    expect(create({ domain: '0' })).toThrow('domain cannot be "0"');
    expect(create({ mix: '1:1' })).toThrow('mix cannot be "1:1"');
    expect(create({ values: 'big' })).toThrow('expected unique or small');
  });
});
