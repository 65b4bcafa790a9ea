import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { classifyError, ClientError } from '../harness/contracts/client.js';
import type { Client, Completion } from '../harness/contracts/client.js';
import type { Cluster, ClusterNode } from '../harness/contracts/cluster.js';
import type { Target } from '../harness/contracts/target.js';
import type { Clock } from '../harness/environment/environment.js';
import type { JsonObject, JsonValue } from '../harness/json.js';

/** What the suite is run against: a target as it is set, and a way to get three ready nodes of it. */
export interface ClientSuite {
  target: Target;
  settings: Readonly<Record<string, string>>;
  /** Operations that this client has, as in `Operations`. */
  operations: readonly string[];
  clock: Clock;
  /** Nodes that can be killed and paused; the suite waits for them itself, and tears them down. */
  startCluster(): Promise<Cluster>;
  /** Tests of this target alone, on the same nodes, before any of them is harmed. */
  describeMore?(nodes: () => readonly ClusterNode[]): void;
}

/** Long enough for a loaded machine; a client that is done before does not wait. */
const PATIENCE_MS = 20_000;
/** Given to operations that are expected to run out of time. */
const SHORT_MS = 1_000;
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
    const has = (f: string): boolean => suite.operations.includes(f);

    describeValues(bench);
    describeComparisons(bench);
    if (has('watch')) describeWatch(bench);
    if (has('acquire')) describeLock(bench);
    describeRefusals(bench, suite.operations);
    suite.describeMore?.(() => bench.nodes);
    describeFaults(bench);
  });
}

/** Three nodes with a client each, and everything that was tried. */
class Bench {
  readonly #suite: ClientSuite;
  #cluster: Cluster | undefined;
  #clients: Client[] = [];
  #keys = 0;

  constructor(suite: ClientSuite) {
    this.#suite = suite;
  }

  async setUp(): Promise<void> {
    this.#cluster = await this.#suite.startCluster();
    await this.untilReady();
    this.#clients = this.nodes.map((node) => this.connect(node));
  }

  async tearDown(): Promise<void> {
    for (const client of this.#clients) await client.close();
    await this.#cluster?.teardown();
  }

  get nodes(): readonly ClusterNode[] {
    if (!this.#cluster) throw new Error('the cluster was not started');
    return this.#cluster.nodes;
  }

  connect(node: ClusterNode): Client {
    return this.#suite.target.createClient(node, this.#suite.settings);
  }

  /** A client of its own in the place of the node's: as after an operation that ended in `info`. */
  async replaceClient(index: number): Promise<void> {
    await this.#clients[index].close();
    this.#clients[index] = this.connect(this.nodes[index]);
  }

  freshKey(): string {
    this.#keys += 1;
    return `key ${this.#keys}/é`;
  }

  /** What the history would keep. Every error must be a row of the error table. */
  async run(
    index: number,
    f: string,
    key?: string,
    value?: JsonValue,
    timeoutMs = PATIENCE_MS,
  ): Promise<Completion> {
    const { errors } = this.#suite.target;
    try {
      return await this.#clients[index].invoke({ f, key, value }, timeoutMs);
    } catch (error) {
      expect(error).toBeInstanceOf(ClientError);
      const completion = classifyError(error, errors, f === 'read');
      expect(Object.keys(errors)).toContain(completion.error?.code);
      return completion;
    }
  }

  async statuses(): Promise<(JsonObject | undefined)[]> {
    return Promise.all(this.nodes.map((node) => node.status(SHORT_MS)));
  }

  /** Until every node can serve, one of them leads, and a read at each succeeds. */
  async untilReady(): Promise<void> {
    const { target, clock } = this.#suite;
    for (;;) {
      const statuses = await this.statuses();
      const ready = statuses.every((status) => status && target.isReady(status));
      if (ready && this.leaders(statuses).length === 1) return;
      await clock.sleep(100);
    }
  }

  /** Until operations succeed at every node again: right after an election they may not. */
  async untilServing(): Promise<void> {
    await this.untilReady();
    for (const index of this.nodes.keys()) {
      while ((await this.run(index, 'read', 'probe')).type !== 'ok') {
        await this.#suite.clock.sleep(100);
      }
    }
  }

  leaders(statuses: readonly (JsonObject | undefined)[]): number[] {
    const { target } = this.#suite;
    return [...statuses.entries()].flatMap(([index, status]) =>
      status && target.leadership(status).isLeader ? [index] : [],
    );
  }

  /** A node that does not lead. */
  async follower(): Promise<number> {
    const leaders = this.leaders(await this.statuses());
    return [0, 1, 2].find((index) => !leaders.includes(index)) ?? 0;
  }

  get target(): Target {
    return this.#suite.target;
  }
}

function describeValues(bench: Bench): void {
  test('a key begins as null, takes any value, and ends as null', async () => {
    const key = bench.freshKey();
    expect(await bench.run(0, 'read', key)).toMatchObject({ type: 'ok', value: null });
    const values = [1, -1.5, 'text', 'ünï\n\u0000', '', true, [1, [null]], { b: 1, a: { c: [] } }];
    for (const value of values) {
      expect(await bench.run(0, 'write', key, value)).toMatchObject({ type: 'ok' });
      expect(await bench.run(0, 'read', key)).toMatchObject({ type: 'ok', value });
    }
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

  test('exactly one node leads', async () => {
    const statuses = await bench.statuses();
    expect(bench.leaders(statuses)).toHaveLength(1);
    for (const status of statuses) {
      expect(bench.target.leadership(status ?? {}).term).toBeGreaterThanOrEqual(0);
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

function describeRefusals(bench: Bench, operations: readonly string[]): void {
  test('what makes no sense is refused before it is sent', async () => {
    const refused = { type: 'fail', error: { code: 'bad-request' } };
    for (const [f, key, value] of [
      ['enqueue', 'k', 1],
      ['read', undefined, null],
      ['write', 'k', null],
      ['cas', 'k', [1]],
      ['cas-version', 'k', ['1', 2]],
    ] as const) {
      expect(await bench.run(0, f, key, value as JsonValue)).toMatchObject(refused);
    }
    const unknown = await bench.run(0, 'enqueue', 'k', 1);
    for (const f of operations) expect(unknown.error?.message).toContain(f);
  });

  test('a closed client sends nothing', async () => {
    const client = bench.connect(bench.nodes[0]);
    await client.close();
    await client.close();
    const write = client.invoke({ f: 'write', key: 'k', value: 1 }, PATIENCE_MS);
    await expect(write).rejects.toMatchObject({ code: 'closed' });
  });
}

function describeFaults(bench: Bench): void {
  test('a paused node costs an operation its time and nothing more', async () => {
    const key = bench.freshKey();
    const index = await bench.follower();
    const node = bench.nodes[index];
    expect(await bench.run(index, 'write', key, 'before')).toMatchObject({ type: 'ok' });
    await node.pause?.();
    const connected = await bench.run(index, 'write', key, 'during', SHORT_MS);
    expect(connected).toMatchObject({ type: 'info', error: { code: 'timeout' } });
    await bench.replaceClient(index);
    const fresh = await bench.run(index, 'write', key, 'fresh', SHORT_MS);
    expect(['timeout', 'connect-timeout']).toContain(fresh.error?.code);
    expect(await bench.run((index + 1) % 3, 'read', key)).toMatchObject({ value: 'before' });
    await node.resume?.();
    await bench.replaceClient(index);
    await bench.untilServing();
    // The write may have waited in the node's socket, and take effect now or later: that is what info says.
    const { value } = await bench.run(index, 'read', key);
    expect(['before', 'during', 'fresh']).toContain(value);
  });

  test('a dead node refuses, certainly, and its client finds it again', async () => {
    const key = bench.freshKey();
    const index = await bench.follower();
    expect(await bench.run(index, 'write', key, 1)).toMatchObject({ type: 'ok' });
    await bench.nodes[index].kill();
    // The connection may have to find out first.
    await bench.run(index, 'read', key, undefined, SHORT_MS);
    const refused = await bench.run(index, 'write', key, 2, SHORT_MS);
    expect(refused.type).toBe('fail');
    expect(['refused', 'connect-timeout']).toContain(refused.error?.code);
    await bench.nodes[index].start();
    await bench.untilServing();
    expect(await bench.run(index, 'read', key)).toMatchObject({ type: 'ok', value: 1 });
  });

  test('without a quorum writes end, and what certainly failed never shows', async () => {
    const [survivor, ...dead] = await survivorFirst(bench);
    const attempts = new Map<string, Completion>();
    const writing = (async () => {
      // On from the last write that a quorum takes, through those in flight, to those that find none.
      for (let refused = 0; refused < 3;) {
        const key = bench.freshKey();
        const completion = await bench.run(survivor, 'write', key, 'tried', SHORT_MS);
        attempts.set(key, completion);
        if (completion.type !== 'ok') refused += 1;
      }
    })();
    for (const index of dead) await bench.nodes[index].kill();
    await writing;
    for (const index of dead) await bench.nodes[index].start();
    await bench.replaceClient(survivor);
    await bench.untilServing();
    for (const [key, { type }] of attempts) {
      const { value } = await bench.run(survivor, 'read', key);
      if (type === 'ok') expect(value).toBe('tried');
      if (type === 'fail') expect(value).toBeNull();
    }
  });
}

/** The node that stays, then those that are killed, the leader among them. */
async function survivorFirst(bench: Bench): Promise<number[]> {
  const survivor = await bench.follower();
  return [survivor, (survivor + 1) % 3, (survivor + 2) % 3];
}
