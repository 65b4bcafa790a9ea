import { describe, expect, it } from 'vitest';
import type { Invocation } from '../../harness/contracts/client.js';
import type { Generator } from '../../harness/contracts/generator.js';
import { createRandom } from '../../harness/environment/random.js';
import { limit } from '../../harness/generators/combinators.js';
import { drive, planOf, type Given } from '../../harness/generators/testing/drive.js';
import type { EventType } from '../../harness/history/event.js';
import type { JsonValue } from '../../harness/json.js';
import { durabilityWorkload } from './workload.js';

const THREADS = [0, 1, 2];

function plan() {
  return durabilityWorkload.create({}, createRandom(1), THREADS.length);
}

const writesOf = (given: readonly Given[]): string[] =>
  given.flatMap(({ invocation: { f, key } }) => (f === 'write' ? [String(key)] : []));

/** Plays a generator to its end with these answers to its reads; returns the reads, by key. */
function readAll(
  generator: Generator,
  answer: (key: string, count: number, thread: number) => { type: EventType; value: JsonValue },
): Map<string, number> {
  const source = generator.start(createRandom(1), THREADS);
  const counts = new Map<string, number>();
  for (let round = 0; round < 10_000; round++) {
    const next = source.next(round % 3, round);
    if (next.kind === 'done') return counts;
    if (next.kind !== 'operation') continue;
    const { f, key = '' } = next.invocation;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const event = { index: round, time: round, process: round % 3, f, key };
    source.observe?.({ ...event, type: 'invoke' }, round % 3);
    source.observe?.({ ...event, ...answer(key, count, round % 3) }, round % 3);
  }
  throw new Error('it does not end');
}

describe('the durability workload', () => {
  it('writes every key once, each with a value of its own', () => {
    const given = drive(limit(500, plan().load));
    const writes = given.filter(({ invocation: { f } }) => f === 'write');
    expect(new Set(writesOf(given)).size).toBe(writes.length);
    expect(new Set(writes.map(({ invocation: { value } }) => value)).size).toBe(writes.length);
    expect(writes.length / given.length).toBeCloseTo(0.8, 1);
  });

  it('reads nothing but what was acknowledged, mostly what is new', () => {
    const given = drive(limit(2_000, plan().load));
    const order = writesOf(given);
    const ages = given.flatMap(({ invocation: { f, key }, start }) => {
      if (f !== 'read') return [];
      const written = given.find((each) => each.invocation.key === key && each.end <= start);
      expect(written?.invocation.f).toBe('write');
      const before = given.filter((each) => each.invocation.f === 'write' && each.end <= start);
      return [before.length - order.indexOf(String(key))];
    });
    expect(ages.filter((age) => age <= 60).length / ages.length).toBeGreaterThan(0.4);
    expect(Math.max(...ages)).toBeGreaterThan(500);
  });

  it('draws the same for a thread, whatever the others do', () => {
    const writes = (threads: readonly number[]): Invocation[] =>
      planOf(drive(limit(300, plan().load), { threads, seed: 4 }), 0).filter(
        ({ f }) => f === 'write',
      );
    const [alone, together] = [writes([0]), writes(THREADS)];
    expect(alone.slice(0, together.length)).toEqual(together);
  });

  it('reads back all of it once, and ends', () => {
    const { load, final } = plan();
    const keys = writesOf(drive(limit(100, load)));
    const counts = readAll(final, (key) => ({ type: 'ok', value: key }));
    expect([...counts.keys()].sort()).toEqual([...keys].sort());
    expect(new Set(counts.values())).toEqual(new Set([1]));
  });

  it('reads again what failed, and what is missing, and gives up in the end', () => {
    const { load, final } = plan();
    const [lost, stale, flaky, dead] = writesOf(drive(limit(100, load)));
    const counts = readAll(final, (key, count) => {
      if (key === lost || (key === stale && count === 1)) return { type: 'ok', value: null };
      if (key === dead || (key === flaky && count < 4)) return { type: 'fail', value: null };
      return { type: 'ok', value: key };
    });
    const of = [lost, stale, flaky, dead].map((key) => counts.get(key));
    expect(of).toEqual([3, 2, 4, 8]);
    expect([...counts.values()].filter((count) => count === 1).length).toBe(counts.size - 4);
  });

  it('asks every other node before it takes a write for lost', () => {
    const { load, final } = plan();
    writesOf(drive(limit(100, load)));
    const asked = new Map<string, number[]>();
    readAll(final, (key, _count, thread) => {
      asked.set(key, [...(asked.get(key) ?? []), thread]);
      return { type: 'ok', value: null };
    });
    expect(asked.size).toBeGreaterThan(50);
    for (const threads of asked.values()) expect([...threads].sort()).toEqual([0, 1, 2]);
  });

  it('does not look twice for what was never acknowledged', () => {
    const { load, final } = plan();
    const source = load.start(createRandom(1), THREADS);
    const next = source.next(0, 0);
    expect(next.kind).toBe('operation');
    expect([...readAll(final, () => ({ type: 'ok', value: null })).values()]).toEqual([1]);
  });
});
