import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Completion, ClientError } from '../../harness/contracts/client.js';
import type { OperationFamily } from '../../harness/contracts/operations/family.js';
import { FAMILIES } from '../../harness/contracts/operations/families/registry.js';
import type { JsonValue } from '../../harness/json.js';
import { Bench, PATIENCE_MS, SHORT_MS } from './bench.js';
import type { ClientSuite } from './bench.js';
import { describeFaults } from './faults.js';

const SET_UP_MS = 120_000;

/**
 * One suite for every client of a real system: each operation, and each error that can be made to happen.
 * Reads are expected to be linearizable. All errors must be rows of the target's table, and what the table
 * calls definite is held against what is read afterwards.
 */
export function describeClient(name: string, suite: ClientSuite): void {
  describe(name, () => {
    const bench = new Bench(suite);
    beforeAll(() => bench.setUp(), SET_UP_MS);
    afterAll(() => bench.tearDown(), SET_UP_MS);
    const has = (family: OperationFamily): boolean =>
      suite.families.some(({ name: served }) => served === family.name);

    describeValues(bench);
    if (has(FAMILIES.compareAndSet)) describeComparisons(bench);
    if (has(FAMILIES.versions)) describeVersions(bench);
    if (has(FAMILIES.watch)) describeWatch(bench);
    if (has(FAMILIES.lock)) describeLock(bench);
    if (has(FAMILIES.fencing)) describeFencing(bench);
    describeRefusals(bench);
    suite.describeMore?.(() => bench.nodes);
    describeFaults(bench);
  });
}

function describeValues(bench: Bench): void {
  test('a key begins as null, takes any value, and ends as null where keys end', async () => {
    const key = bench.freshKey();
    expect(await bench.run(0, 'read', key)).toMatchObject({ type: 'ok', value: null });
    const values = [1, -1.5, 'text', 'ünï\n\u0000', '', true, [1, [null]], { b: 1, a: { c: [] } }];
    for (const value of values) {
      expect(await bench.run(0, 'write', key, value)).toMatchObject({ type: 'ok' });
      expect(await bench.run(0, 'read', key)).toMatchObject({ type: 'ok', value });
    }
    if (!bench.operations.includes('delete')) return;
    expect(await bench.run(0, 'delete', key)).toMatchObject({ type: 'ok' });
    expect(await bench.run(0, 'read', key)).toMatchObject({ type: 'ok', value: null });
    expect(await bench.run(0, 'delete', key)).toMatchObject({ type: 'ok' });
  });

  test('what one node has acknowledged the others read', async () => {
    const key = bench.freshKey();
    for (const [index] of bench.nodes.entries()) {
      expect(await bench.run(index, 'write', key, `from ${index}`)).toMatchObject({ type: 'ok' });
      for (const reader of bench.nodes.keys()) {
        const seen = await bench.run(reader, 'read', key);
        expect(seen).toMatchObject({ type: 'ok', value: `from ${index}` });
      }
    }
  });

  test('exactly one node leads, where any does', async () => {
    const { target } = bench;
    if (target.leadership === undefined) return;
    const statuses = await bench.statuses();
    expect(bench.leaders(statuses)).toHaveLength(1);
    for (const status of statuses) {
      expect(target.leadership(status ?? {}).term).toBeGreaterThanOrEqual(0);
    }
  });
}

function describeComparisons(bench: Bench): void {
  test('a compare-and-set writes where the value is as expected, and says mismatch elsewhere', async () => {
    const key = bench.freshKey();
    const cas = (before: JsonValue, after: JsonValue): Promise<Completion> =>
      bench.run(0, 'cas', key, [before, after]);
    const refused = { type: 'fail', error: { code: 'mismatch' } };
    expect(await cas(1, 2)).toMatchObject(refused);
    expect(await cas(null, { a: 1, b: 2 })).toMatchObject({ type: 'ok' });
    expect(await cas(null, 1)).toMatchObject(refused);
    expect(await cas('1', 2)).toMatchObject(refused);
    expect(await cas({ b: 2, a: 1 }, 'last')).toMatchObject({ type: 'ok' });
    expect(await bench.run(0, 'read', key)).toMatchObject({ value: 'last' });
    expect(await cas('last', null)).toMatchObject({ type: 'ok' });
    expect(await bench.run(0, 'read', key)).toMatchObject({ value: null });
    expect(await cas(null, 'again')).toMatchObject({ type: 'ok' });
  });

  test('clients that count up by compare-and-set at three nodes lose no step', async () => {
    const key = bench.freshKey();
    expect(await bench.run(0, 'write', key, 0)).toMatchObject({ type: 'ok' });
    const countUp = async (index: number): Promise<number> => {
      let steps = 0;
      for (let i = 0; i < 15; i++) {
        const { value } = await bench.run(index, 'read', key);
        const completion = await bench.run(index, 'cas', key, [Number(value), Number(value) + 1]);
        expect(['ok', 'mismatch', 'conflict']).toContain(completion.error?.code ?? 'ok');
        if (completion.type === 'ok') steps += 1;
      }
      return steps;
    };
    const steps = await Promise.all([...bench.nodes.keys()].map(countUp));
    const total = steps.reduce((sum, each) => sum + each, 0);
    expect(total).toBeGreaterThan(0);
    expect(await bench.run(0, 'read', key)).toMatchObject({ value: total });
  });
}

function describeVersions(bench: Bench): void {
  test('a comparison of versions takes the version of a read', async () => {
    const key = bench.freshKey();
    const refused = { type: 'fail', error: { code: 'mismatch' } };
    expect(await bench.run(0, 'cas-version', key, [null, 'a'])).toMatchObject({ type: 'ok' });
    expect(await bench.run(0, 'cas-version', key, [null, 'b'])).toMatchObject(refused);
    const { meta } = await bench.run(0, 'read', key);
    const version = meta?.version ?? null;
    expect(typeof version).toBe('number');
    expect(await bench.run(0, 'cas-version', key, [version, 'c'])).toMatchObject({ type: 'ok' });
    expect(await bench.run(0, 'cas-version', key, [version, 'd'])).toMatchObject(refused);
    expect(await bench.run(0, 'read', key)).toMatchObject({ value: 'c' });
  });
}

function describeWatch(bench: Bench): void {
  test('a watch sees what another client writes, and goes on where it stopped', async () => {
    const key = bench.freshKey();
    const watch = (from: JsonValue, forMs: number): Promise<Completion> =>
      bench.run(1, 'watch', key, { from, forMs });
    // At the node that watches: another one may lag behind, and its "now" with it.
    expect(await bench.run(1, 'write', key, 'first')).toMatchObject({ type: 'ok' });
    const quiet = await watch(null, 100);
    expect(quiet).toMatchObject({ type: 'ok', value: { changes: [] } });
    const { next } = quiet.value as { next: number };
    const waiting = watch(next, PATIENCE_MS / 2);
    expect(await bench.run(0, 'write', key, 'second')).toMatchObject({ type: 'ok' });
    expect(await waiting).toMatchObject({ value: { changes: [{ value: 'second' }] } });
    // What was written while nobody watched is not lost: `next` still stands before it.
    const late = await watch(next, 100);
    expect(late).toMatchObject({ value: { changes: [{ value: 'second' }] } });
  });
}

function describeLock(bench: Bench): void {
  test('a lock has one holder, and tokens grow from holder to holder', async () => {
    const name = bench.freshKey();
    const first = await bench.run(0, 'acquire', name);
    expect(first.type).toBe('ok');
    const other = await bench.run(1, 'acquire', name, undefined, SHORT_MS);
    expect(other.type).not.toBe('ok');
    if (other.type === 'info') await bench.replaceClient(1);
    expect(await bench.run(1, 'release', name)).toMatchObject({ error: { code: 'not-held' } });
    expect(await bench.run(0, 'release', name)).toMatchObject({ type: 'ok' });
    expect(await bench.run(0, 'release', name)).toMatchObject({ error: { code: 'not-held' } });
    const second = await bench.run(2, 'acquire', name);
    expect(second.type).toBe('ok');
    expect(Number(second.value)).toBeGreaterThan(Number(first.value));
    expect(await bench.run(2, 'release', name)).toMatchObject({ type: 'ok' });
  });
}

function describeFencing(bench: Bench): void {
  test('a fenced write counts while the lock stands, and not without it', async () => {
    const name = bench.freshKey();
    const write = (index: number, value: JsonValue): Promise<Completion> =>
      bench.run(index, 'fenced-write', name, value);
    expect(await write(0, 'early')).toMatchObject({ error: { code: 'not-held' } });
    expect(await bench.run(0, 'acquire', name)).toMatchObject({ type: 'ok' });
    expect(await write(0, 'mine')).toMatchObject({ type: 'ok' });
    expect(await write(1, 'theirs')).toMatchObject({ error: { code: 'not-held' } });
    expect(await bench.run(0, 'release', name)).toMatchObject({ type: 'ok' });
    expect(await write(0, 'late')).toMatchObject({ error: { code: 'not-held' } });
    expect(await bench.run(1, 'read', name)).toMatchObject({ value: 'mine' });
  });
}

function describeRefusals(bench: Bench): void {
  test('what makes no sense is refused before it is sent', async () => {
    const refused = { type: 'fail', error: { code: 'bad-request' } };
    for (const [f, key, value] of [
      ['enqueue', 'k', 1],
      ['read', undefined, null],
      ['write', 'k', null],
      ['cas', 'k', [1]],
      ['cas-version', 'k', ['1', 2]],
    ] as const) {
      if (f !== 'enqueue' && !bench.operations.includes(f)) continue;
      expect(await bench.run(0, f, key, value as JsonValue)).toMatchObject(refused);
    }
    const unknown = await bench.run(0, 'enqueue', 'k', 1);
    for (const f of bench.operations) expect(unknown.error?.message).toContain(f);
  });

  test('a closed client sends nothing', async () => {
    const client = bench.connect(bench.nodes[0]);
    await client.close();
    await client.close();
    const write = client.invoke({ f: 'write', key: 'k', value: 1 }, PATIENCE_MS);
    // It need not know its own closing from a node that is gone: that nothing was sent is what counts.
    const { code } = await write.then(() => ({ code: 'ok' }), codeOf);
    expect(bench.target.errors[code]).toMatchObject({ definite: true });
  });
}

function codeOf(error: unknown): { code: string } {
  if (error instanceof ClientError) return error;
  throw error;
}
