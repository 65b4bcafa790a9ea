import { afterEach, describe, expect, test } from 'vitest';
import { createRealClock } from '../../../harness/environment/real.js';
import { startBudget } from '../../../harness/network/budget.js';
import { OpCode, Xid } from './records.js';
import { writeStat } from '../testing/stat.js';
import type { Stat } from './records.js';
import * as requests from './requests.js';
import { ZooKeeperSession } from './session.js';
import { startFakeServer } from '../testing/fake-server.js';
import type { FakeServer, Peer, Received, Script } from '../testing/fake-server.js';

const clock = createRealClock();
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const stat: Stat = {
  czxid: 1n,
  mzxid: 2n,
  ctime: 0n,
  mtime: 0n,
  version: 5,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: 0n,
  dataLength: 1,
  numChildren: 0,
  pzxid: 1n,
};

const budget = (timeoutMs = 20_000): ReturnType<typeof startBudget> =>
  startBudget(clock, timeoutMs);

function replyData(peer: Peer, xid: number, zxid: bigint, data: string): void {
  peer.reply(xid, zxid, 0, (writer) => {
    writer.buffer(Buffer.from(data));
    writeStat(writer, stat);
  });
}

async function serve(script: Script): Promise<{ server: FakeServer; session: ZooKeeperSession }> {
  const server = await startFakeServer(script);
  const session = new ZooKeeperSession(server.address, 4000, clock);
  open.push(server, session);
  return { server, session };
}

describe('a ZooKeeper session', () => {
  test('a server that says nothing costs a request its time, and the next gets its own answer', async () => {
    const waiting: Received[] = [];
    const { session } = await serve({
      onRequest: (request, peer) => {
        waiting.push(request);
        if (waiting.length < 2) return;
        for (const [i, { xid }] of waiting.entries()) replyData(peer, xid, 7n, `answer ${i}`);
      },
    });
    const late = session.request(requests.getData('/a'), budget(200));
    await expect(late).rejects.toMatchObject({ code: 'timeout' });
    const { value, zxid } = await session.request(requests.getData('/a'), budget());
    expect(value.data.toString()).toBe('answer 1');
    expect(zxid).toBe(7n);
  });

  test.each([
    ['hang up', 'refused'],
    ['keep silent', 'connect-timeout'],
  ] as const)('a server that answers a hello with "%s": %s', async (manner, code) => {
    const { session } = await serve({ greet: () => manner, onRequest: () => undefined });
    const request = session.request(requests.setData('/a', Buffer.from('1')), budget(300));
    await expect(request).rejects.toMatchObject({ code });
  });

  test('goes on at another server with its id, its password and the last zxid', async () => {
    const script: Script = { onRequest: ({ xid }, peer) => replyData(peer, xid, 42n, 'x') };
    const { server, session } = await serve(script);
    const second = await startFakeServer(script);
    open.push(second);
    await session.request(requests.getData('/a'), budget());
    session.moveTo(second.address);
    await session.request(requests.getData('/a'), budget());
    expect(server.hellos).toEqual([{ lastZxidSeen: 0n, sessionId: 0n, password: '\0'.repeat(16) }]);
    expect(second.hellos).toEqual([{ lastZxidSeen: 42n, sessionId: 0x1234n, password: 'secret' }]);
    expect(session.id).toBe('0x1234');
  });

  test('says connection-loss of what was in flight, and connects anew for the next request', async () => {
    let connections = 0;
    const { session } = await serve({
      greet: () => ({ timeoutMs: 4000, sessionId: BigInt(++connections), password: 'p' }),
      onRequest: ({ xid }, peer) => {
        if (connections === 1) peer.socket.destroy();
        else replyData(peer, xid, 1n, 'x');
      },
    });
    const write = requests.setData('/a', Buffer.from('1'));
    await expect(session.request(write, budget())).rejects.toMatchObject({
      code: 'connection-loss',
    });
    await expect(session.request(requests.getData('/a'), budget())).resolves.toMatchObject({
      zxid: 1n,
    });
  });

  test('an expired session is said to be so, and the next request opens another', async () => {
    const expired = { timeoutMs: 0, sessionId: 0n, password: '' };
    let greetings = 0;
    const { server, session } = await serve({
      greet: () => (++greetings === 2 ? expired : { timeoutMs: 4000, sessionId: 9n, password: '' }),
      onRequest: ({ xid }, peer) => replyData(peer, xid, 1n, 'x'),
    });
    let expirations = 0;
    session.onExpired = () => (expirations += 1);
    await session.request(requests.getData('/a'), budget());
    session.moveTo(server.address);
    await expect(session.request(requests.getData('/a'), budget())).rejects.toMatchObject({
      code: 'refused',
    });
    expect(expirations).toBe(1);
    await session.request(requests.getData('/a'), budget());
    expect(server.hellos.map((hello) => hello.sessionId)).toEqual([0n, 9n, 0n]);
  });

  test('delivers a watch before an answer that was given after the event', async () => {
    const { session } = await serve({
      onRequest: ({ xid, body }, peer) => {
        const isSecond = xid === 2;
        if (isSecond) peer.reply(Xid.watchEvent, -1n, 0, (w) => w.int(3).int(3).string('/a'));
        body.string();
        replyData(peer, xid, BigInt(xid), isSecond ? 'new' : 'old');
      },
    });
    const order: string[] = [];
    const listener = (): void => void order.push('watch');
    const watch = { kind: 'data', path: '/a', listener } as const;
    await session.request(requests.getData('/a', true), budget(), watch);
    const { value } = await session.request(requests.getData('/a'), budget());
    order.push(value.data.toString());
    expect(order).toEqual(['watch', 'new']);
  });

  test('takes its watches along to the next server', async () => {
    const asked: unknown[] = [];
    const { server, session } = await serve({
      onRequest: ({ xid, type, body }, peer) => {
        if (type !== OpCode.setWatches) {
          if (type === OpCode.exists) peer.reply(xid, 3n, -101);
          else replyData(peer, xid, 3n, 'x');
          return;
        }
        const paths = (): (string | null)[] => body.vector((r) => r.string());
        asked.push(xid, body.long(), paths(), paths(), paths());
        peer.reply(xid, 3n, 0);
        // Made while nobody was connected: a server that is told of the watch says so at once.
        peer.reply(Xid.watchEvent, -1n, 0, (w) => w.int(1).int(3).string('/b'));
      },
    });
    const seen: string[] = [];
    const watch = (kind: 'data' | 'exists', path: string) =>
      ({ kind, path, listener: () => seen.push(path) }) as const;
    await session.request(requests.getData('/a', true), budget(), watch('data', '/a'));
    const absent = session.request(requests.exists('/b', true), budget(), watch('exists', '/b'));
    await expect(absent).rejects.toMatchObject({ code: 'no-node' });
    session.moveTo(server.address);
    await session.request(requests.getData('/a'), budget());
    expect(asked).toEqual([Xid.setWatches, 3n, ['/a'], ['/b'], []]);
    expect(seen).toEqual(['/b']);
  });

  test('gives up a connection on which nothing was heard for two thirds of its timeout', async () => {
    const { session } = await serve({
      greet: () => ({ timeoutMs: 150, sessionId: 5n, password: '' }),
      onRequest: (_request, peer) => {
        // From here on not even pings are answered.
        peer.socket.removeAllListeners('data');
      },
    });
    await expect(session.request(requests.sync('/'), budget())).rejects.toMatchObject({
      code: 'connection-loss',
      message: expect.stringContaining('nothing heard') as string,
    });
  });

  test('a part of a multi that failed is told from those that were rolled back with it', async () => {
    const { session } = await serve({
      onRequest: ({ xid }, peer) =>
        peer.reply(xid, 4n, 0, (w) => {
          for (const error of [0, -103, -2]) w.int(-1).boolean(false).int(error).int(error);
          w.int(-1).boolean(true).int(-1);
        }),
    });
    const parts = [
      requests.create('/a', Buffer.from('1')),
      requests.check('/b', 3),
      requests.remove('/c'),
    ];
    const { value } = await session.request(requests.multi(parts), budget());
    expect(value).toEqual([
      { ok: false, error: 0 },
      { ok: false, error: -103 },
      { ok: false, error: -2 },
    ]);
  });
});
