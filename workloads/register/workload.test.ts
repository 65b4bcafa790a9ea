import { describe, expect, it } from 'vitest';
import { type Client, classifyError } from '../../harness/contracts/client.js';
import { vocabularyOf } from '../../harness/contracts/operations/vocabulary.js';
import { familiesNeeded } from '../../harness/contracts/operations/serving.js';
import { createRandom } from '../../harness/environment/random.js';
import { createVirtualClock } from '../../harness/environment/virtual.js';
import { stagger, timeLimit } from '../../harness/generators/combinators.js';
import type { HistoryEvent } from '../../harness/history/event.js';
import type { Operation } from '../../harness/history/operation.js';
import { toHistory } from '../../harness/history/pair.js';
import type { JsonValue } from '../../harness/json.js';
import { runLoad } from '../../harness/scheduler/scheduler.js';
import { registerWorkload } from './workload.js';

const OPERATIONS = vocabularyOf(familiesNeeded(registerWorkload));

interface Session {
  concurrency?: number;
  nodes?: number;
  options?: Record<string, string>;
  seed?: number;
  /** What a read from this node answers instead of the value that is there. */
  corrupt?: (value: JsonValue, key: string, node: number) => JsonValue;
}

/** 10 s at 500 operations a second against registers in memory, in virtual time, then the final reads. */
async function play(session: Session = {}) {
  const { concurrency = 10, nodes = 5, options = {}, seed = 1, corrupt } = session;
  const clock = createVirtualClock();
  const random = createRandom(seed);
  const plan = registerWorkload.create(options, random.fork('workload'), nodes);
  const events: HistoryEvent[] = [];
  const registers = new Map<string, JsonValue>();
  const latency = random.fork('latency');
  const createClient = (node: number): Client => ({
    invoke: async ({ f, key = '', value = null }) => {
      await clock.sleep(latency.exponential(2));
      const answer = perform(registers, f, key, value);
      await clock.sleep(latency.exponential(2));
      if (answer === undefined) return { type: 'fail', error: { code: 'mismatch' } };
      return { type: 'ok', value: f === 'read' && corrupt ? corrupt(answer, key, node) : answer };
    },
    close: async () => undefined,
  });
  const common = {
    clients: (thread: number) => {
      const node = thread % nodes;
      return { client: createClient(node), node: `n${node + 1}` };
    },
    recorder: {
      record: (event: Omit<HistoryEvent, 'index' | 'time'>) => {
        events.push({ ...event, index: events.length, time: clock.now() });
        return events[events.length - 1];
      },
      flush: () => undefined,
    },
    clock,
    random: random.fork('load'),
    operationTimeoutMs: 1_000,
    classify: (error: unknown, f: string) => classifyError(error, {}, !OPERATIONS.hasEffects(f)),
  };
  const load = runLoad({
    ...common,
    concurrency,
    generator: timeLimit(10_000, stagger(500, plan.load)),
  });
  await clock.runUntilIdle();
  const { nextProcess } = await load;
  const loaded = events.length;
  const final = runLoad({
    ...common,
    concurrency: Math.max(concurrency, nodes),
    generator: plan.final,
    firstProcess: nextProcess,
  });
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

  it.each([
    { nodes: 5, concurrency: 12 },
    { nodes: 5, concurrency: 2 },
    { nodes: 1, concurrency: 3 },
  ])('reads every register in the end, once from every node: %o', async (cluster) => {
    const options = { 'operations-per-key': '150' };
    const { load, final } = await play({ ...cluster, options });
    const used = [...new Set(load.map(({ key }) => key))].sort();
    expect(used.length).toBeGreaterThan(20);
    const nodes = new Set(final.map(({ node }) => node));
    expect(nodes.size).toBe(cluster.nodes);
    for (const asked of nodes) {
      const keys = final.filter(({ node }) => node === asked).map(({ key }) => key);
      expect(keys.sort()).toEqual(used);
    }
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
    // With three clients it is not asked before the end.
    const fifthForgets = (value: JsonValue, _key: string, node: number): JsonValue =>
      node === 4 ? null : value;
    const hidden = { corrupt: fifthForgets, concurrency: 3 };
    expect(await verdicts(hidden)).toMatchObject({ linearizability: 'invalid' });
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
