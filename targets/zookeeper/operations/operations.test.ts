import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { classifyError } from '../../../harness/contracts/client.js';
import type { Client, Completion } from '../../../harness/contracts/client.js';
import { createRealClock } from '../../../harness/environment/real.js';
import type { JsonValue } from '../../../harness/json.js';
import { createZooKeeperClient } from '../client.js';
import { ZOOKEEPER_ERRORS, zooKeeperErrorCode } from '../protocol/errors.js';
import { OpCode } from '../protocol/records.js';
import { writeStat } from '../testing/stat.js';
import { startFakeServer } from '../testing/fake-server.js';
import type { FakeServer, Peer, Received } from '../testing/fake-server.js';

/**
 * One znode, as the leader has it: its values by version, null data for a deleted key. The server that the
 * client talks to may lag behind, and others may write between any two requests.
 */
class LaggingTree {
  values: JsonValue[] = [];
  lag = 0;
  /** Written by somebody else right before the next request is looked at. */
  meddling: JsonValue[] = [];
  asked: number[] = [];
  #zxid = 1n;

  /** What the key's value is now. */
  get current(): JsonValue {
    return this.values.at(-1) ?? null;
  }

  handle({ xid, type, body }: Received, peer: Peer): void {
    this.asked.push(type);
    const reply = (error: number, version?: number): void => {
      peer.reply(xid, this.#zxid++, error, (writer) => {
        if (error !== 0 || version === undefined) return;
        if (type === OpCode.getData) writer.buffer(bytesOf(this.values[version]));
        writeStat(writer, { ...STAT, version });
      });
    };
    if (type === OpCode.sync) peer.reply(xid, this.#zxid, 0, (w) => w.string(body.string()));
    else if (type === OpCode.getData) {
      const version = this.values.length - 1 - this.lag;
      reply(version < 0 ? NO_NODE : 0, version);
    } else this.#transact(type, body, reply, xid, peer);
  }

  #transact(
    type: number,
    body: Received['body'],
    reply: (error: number, version?: number) => void,
    xid: number,
    peer: Peer,
  ): void {
    this.values.push(...this.meddling.splice(0));
    if (type === OpCode.multi) {
      body.int();
      body.boolean();
      body.int();
      body.string();
      const error = this.#compare(body.int());
      peer.reply(xid, this.#zxid++, 0, (w) => {
        if (error === 0) w.int(OpCode.check).boolean(false).int(0);
        else w.int(-1).boolean(false).int(error).int(error);
        w.int(-1).boolean(true).int(-1);
      });
      return;
    }
    body.string();
    const data = valueOf(body.buffer());
    const exists = this.values.length > 0;
    if (type === OpCode.create) {
      if (exists) return reply(NODE_EXISTS);
      this.values.push(data);
      peer.reply(xid, this.#zxid++, 0, (w) => w.string('/key-k'));
      return;
    }
    const error = this.#compare(body.int());
    if (error === 0) this.values.push(data);
    reply(error, this.values.length - 1);
  }

  #compare(version: number): number {
    if (this.values.length === 0) return NO_NODE;
    return version === -1 || version === this.values.length - 1 ? 0 : BAD_VERSION;
  }
}

const NO_NODE = -101;
const BAD_VERSION = -103;
const NODE_EXISTS = -110;
const STAT = {
  czxid: 1n,
  mzxid: 1n,
  ctime: 0n,
  mtime: 0n,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: 0n,
  dataLength: 0,
  numChildren: 0,
  pzxid: 0n,
};

function bytesOf(value: JsonValue): Buffer {
  return value === null ? Buffer.alloc(0) : Buffer.from(JSON.stringify(value));
}

function valueOf(bytes: Buffer | null): JsonValue {
  return bytes === null || bytes.length === 0 ? null : (JSON.parse(bytes.toString()) as JsonValue);
}

const clock = createRealClock();
let tree = new LaggingTree();
let server: FakeServer;
let client: Client;

beforeAll(async () => {
  server = await startFakeServer({ onRequest: (request, peer) => tree.handle(request, peer) });
  client = createZooKeeperClient(server.address, { 'session-ms': '4000', reads: 'sync' }, clock);
});

afterAll(async () => {
  await client.close();
  await server.close();
});

/** As the history keeps it. */
async function run(f: string, value?: JsonValue): Promise<Completion> {
  try {
    return await client.invoke({ f, key: 'k', value }, 20_000);
  } catch (error) {
    return classifyError(error, ZOOKEEPER_ERRORS, false);
  }
}

function treeWith(parts: Partial<LaggingTree>): void {
  tree = Object.assign(new LaggingTree(), parts);
}

describe('compare-and-set over versions and stale reads', () => {
  const small = fc.option(fc.integer({ min: 1, max: 3 }));

  test('never says what was not so: ok, mismatch and conflict all hold at the leader', async () => {
    const scene = fc.record({
      values: fc.array(small, { maxLength: 4 }),
      lag: fc.nat({ max: 4 }),
      meddling: fc.array(small, { maxLength: 2 }),
      before: small,
      after: small,
    });
    const endings = new Set<string>();
    await fc.assert(
      fc.asyncProperty(scene, async ({ values, lag, meddling, before, after }) => {
        treeWith({ values: [...values], lag, meddling: [...meddling] });
        const atTransaction = [...values, ...meddling];
        const completion = await run('cas', [before, after]);
        endings.add(completion.error?.code ?? completion.type);
        const current = atTransaction.at(-1) ?? null;
        if (completion.type === 'ok') {
          expect(current).toBe(before);
          expect(tree.values).toEqual([...atTransaction, after]);
          return;
        }
        expect(completion.type).toBe('fail');
        expect(tree.values).toEqual(atTransaction);
        if (completion.error?.code === 'mismatch') expect(current).not.toBe(before);
      }),
      { numRuns: 200 },
    );
    expect([...endings].sort()).toEqual(['conflict', 'mismatch', 'ok']);
  });

  test('by version: the leader compares, whatever the own server has', async () => {
    treeWith({ values: ['a', 'b'], lag: 1 });
    expect(await run('cas-version', [0, 'c'])).toMatchObject({ error: { code: 'mismatch' } });
    expect(await run('cas-version', [1, 'c'])).toMatchObject({ type: 'ok', meta: { version: 2 } });
    expect(tree.current).toBe('c');
  });

  test('reads after a sync, writes with or without a znode, deletes by leaving no data', async () => {
    treeWith({});
    expect(await run('read')).toMatchObject({ type: 'ok', value: null });
    expect(await run('write', 1)).toMatchObject({ type: 'ok', meta: { version: 0 } });
    expect(await run('write', 2)).toMatchObject({ type: 'ok', meta: { version: 1 } });
    expect(await run('read')).toMatchObject({ type: 'ok', value: 2 });
    expect(await run('delete')).toMatchObject({ type: 'ok', meta: { version: 2 } });
    expect(await run('read')).toMatchObject({ type: 'ok', value: null, meta: { version: 2 } });
    const { setData, create, sync, getData } = OpCode;
    const reading = [sync, getData];
    const writing = [setData, create, setData];
    expect(tree.asked).toEqual([...reading, ...writing, ...reading, setData, ...reading]);
  });

  test('two who make the znode at once: the second sets its data', async () => {
    treeWith({});
    const handle = tree.handle.bind(tree);
    tree.handle = (request, peer) => {
      if (request.type === OpCode.create) tree.meddling = ['theirs'];
      handle(request, peer);
    };
    expect(await run('write', 'ours')).toMatchObject({ type: 'ok' });
    expect(tree.values).toEqual(['theirs', 'ours']);
  });
});

describe("ZooKeeper's error table", () => {
  test.each([
    [-101, 'no-node', 'fail'],
    [-103, 'bad-version', 'fail'],
    [-110, 'node-exists', 'fail'],
    [-118, 'session-moved', 'fail'],
    [-4, 'connection-loss', 'info'],
    [-7, 'operation-timeout', 'info'],
    [-112, 'session-expired', 'info'],
    [-9999, 'unknown', 'info'],
  ] as const)('the number %i is %s, and a write ends in %s', (number, code, type) => {
    expect(zooKeeperErrorCode(number)).toBe(code);
    expect(ZOOKEEPER_ERRORS[code].definite).toBe(type === 'fail');
  });

  test('every row gives its reason', () => {
    for (const [code, row] of Object.entries(ZOOKEEPER_ERRORS)) {
      expect(row.reason.length, code).toBeGreaterThan(10);
    }
  });
});
