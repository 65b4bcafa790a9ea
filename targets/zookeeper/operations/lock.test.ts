import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { classifyError } from '../../../harness/contracts/client.js';
import type { Client, Completion } from '../../../harness/contracts/client.js';
import { createRealClock } from '../../../harness/environment/real.js';
import type { JsonValue } from '../../../harness/json.js';
import { createZooKeeperClient } from '../client.js';
import { ZOOKEEPER_ERRORS } from '../protocol/errors.js';
import type { JuteReader } from '../protocol/jute.js';
import { CREATE_FLAGS, OpCode } from '../protocol/records.js';
import { writeStat } from '../testing/stat.js';
import { startFakeServer } from '../testing/fake-server.js';
import type { FakeServer, Peer, Received } from '../testing/fake-server.js';

const NO_NODE = -101;
const NODE_EXISTS = -110;
/** What the parts behind the one that failed are answered with. */
const AFTER = -2;
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
  pzxid: 1n,
};

interface Part {
  type: number;
  path: string;
  data?: string;
  flags?: number;
}

/** Paths and their data, and what was asked of them, a list of steps for each transaction. */
class Tree {
  readonly nodes = new Map<string, string>();
  readonly transactions: string[][] = [];
  zxid = 100n;
  #made = 0;

  handle({ xid, type, body }: Received, peer: Peer): void {
    if (type !== OpCode.multi) return peer.reply(xid, this.zxid, -6);
    const parts = readParts(body);
    const before = new Map(this.nodes);
    const results = parts.map((part) => this.#apply(part));
    const failed = results.findIndex((result) => typeof result === 'number');
    this.transactions.push(parts.map(({ type, path }) => `${NAMES[type]} ${path}`));
    if (failed >= 0) this.#restore(before);
    peer.reply(xid, ++this.zxid, 0, (writer) => {
      for (const [index, result] of results.entries()) {
        const error = index === failed ? (result as number) : index < failed ? 0 : AFTER;
        if (failed >= 0) writer.int(OpCode.error).boolean(false).int(error).int(error);
        else {
          writer.int(parts[index].type).boolean(false).int(0);
          if (parts[index].type === OpCode.create) writer.string(result as string);
          if (parts[index].type === OpCode.setData) writeStat(writer, { ...STAT, version: 7 });
        }
      }
      writer.int(-1).boolean(true).int(-1);
    });
  }

  #apply({ type, path, data = '', flags }: Part): string | number {
    if (type === OpCode.create) {
      const sequential = flags === CREATE_FLAGS['ephemeral-sequential'];
      const name = sequential ? `${path}${String(this.#made++).padStart(10, '0')}` : path;
      if (this.nodes.has(name)) return NODE_EXISTS;
      this.nodes.set(name, data);
      return name;
    }
    if (!this.nodes.has(path)) return NO_NODE;
    if (type === OpCode.delete) this.nodes.delete(path);
    if (type === OpCode.setData) this.nodes.set(path, data);
    return '';
  }

  #restore(before: ReadonlyMap<string, string>): void {
    this.nodes.clear();
    for (const [path, data] of before) this.nodes.set(path, data);
  }
}

const NAMES: Record<number, string> = {
  [OpCode.create]: 'create',
  [OpCode.delete]: 'delete',
  [OpCode.setData]: 'set',
  [OpCode.check]: 'check',
};

function readParts(body: JuteReader): Part[] {
  const parts: Part[] = [];
  for (;;) {
    const type = body.int();
    const done = body.boolean();
    body.int();
    if (done) return parts;
    const part: Part = { type, path: body.string() ?? '' };
    if (type === OpCode.create) {
      part.data = String(body.buffer());
      body.vector((r) => [r.int(), r.string(), r.string()]);
      part.flags = body.int();
    } else {
      if (type === OpCode.setData) part.data = String(body.buffer());
      body.int();
    }
    parts.push(part);
  }
}

let tree = new Tree();
let server: FakeServer;
const clients: Client[] = [];

beforeAll(async () => {
  server = await startFakeServer({ onRequest: (request, peer) => tree.handle(request, peer) });
});
beforeEach(() => {
  tree = new Tree();
  clients.push(createZooKeeperClient(server.address, { 'session-ms': '4000' }, createRealClock()));
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await server.close();
});

async function run(f: string, value?: JsonValue): Promise<Completion> {
  try {
    return await clients[clients.length - 1].invoke({ f, key: 'k', value }, 20_000);
  } catch (error) {
    return classifyError(error, ZOOKEEPER_ERRORS, false);
  }
}

const fails = (code: string): object => ({ type: 'fail', error: { code } });

describe('a lock of ZooKeeper', () => {
  test('is two ephemeral nodes that come and go together; the second stands for this holding alone', async () => {
    expect(await run('acquire')).toMatchObject({ type: 'ok', value: 101 });
    expect([...tree.nodes.keys()]).toEqual(['/lock-k', '/holding-k-0000000000']);
    expect(await run('acquire')).toMatchObject(fails('held'));
    expect(tree.nodes.size).toBe(2);
    expect(await run('release')).toMatchObject({ type: 'ok' });
    expect(tree.nodes.size).toBe(0);
    expect(await run('acquire')).toMatchObject({ type: 'ok', value: 104 });
    expect([...tree.nodes.keys()]).toEqual(['/lock-k', '/holding-k-0000000002']);
  });

  test('that was lost and has another holder is not given back in his place', async () => {
    await run('acquire');
    tree.nodes.delete('/holding-k-0000000000');
    expect(await run('release')).toMatchObject(fails('not-held'));
    expect([...tree.nodes.keys()]).toEqual(['/lock-k']);
    expect(await run('release')).toMatchObject(fails('not-held'));
    expect(tree.transactions).toHaveLength(2);
  });

  test('lets its holder write, in one transaction with the look at it', async () => {
    expect(await run('fenced-write', 1)).toMatchObject(fails('not-held'));
    await run('acquire');
    expect(await run('fenced-write', 1)).toMatchObject({ type: 'ok', meta: { version: 0 } });
    expect(await run('fenced-write', 2)).toMatchObject({ type: 'ok', meta: { version: 7 } });
    expect(tree.nodes.get('/key-k')).toBe('2');
    const stands = 'check /holding-k-0000000000';
    expect(tree.transactions.slice(1)).toEqual([
      [stands, 'set /key-k'],
      [stands, 'create /key-k'],
      [stands, 'set /key-k'],
    ]);
  });

  test('takes no write of who lost it, whether another one holds it or not', async () => {
    await run('acquire');
    tree.nodes.delete('/holding-k-0000000000');
    expect(await run('fenced-write', 1)).toMatchObject(fails('lock-lost'));
    tree.nodes.set('/key-k', '5');
    tree.nodes.set('/holding-k-0000000007', '');
    expect(await run('fenced-write', 1)).toMatchObject(fails('lock-lost'));
    expect(tree.nodes.get('/key-k')).toBe('5');
  });
});
