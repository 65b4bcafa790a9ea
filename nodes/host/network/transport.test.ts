import net from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { createRealClock } from '../../../harness/environment/real.js';
import type { JsonValue } from '../../../harness/json.js';
import { PeerTransport } from './transport.js';

const clock = createRealClock();
const opened: { close(): void }[] = [];

afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

interface Endpoint {
  transport: PeerTransport;
  heard: [string, JsonValue][];
  logged: string[];
}

/** A transport that listens; it dials the peers at these ports. */
async function open(name: string, peers: Record<string, number>, port = 0): Promise<Endpoint> {
  const heard: [string, JsonValue][] = [];
  const logged: string[] = [];
  const transport = new PeerTransport({
    name,
    peers: Object.entries(peers).map(([name, port]) => ({ name, host: '127.0.0.1', port })),
    clock,
    log: (line) => logged.push(line),
    onMessage: (from, message) => heard.push([from, message]),
  });
  await transport.open({ host: '127.0.0.1', port });
  opened.push(transport);
  return { transport, heard, logged };
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited > 30_000) throw new Error('waited for too long');
    await clock.sleep(10);
  }
}

describe('peers over TCP', () => {
  it('carry messages in order, whatever is in them', async () => {
    const b = await open('b', {});
    const a = await open('a', { b: b.transport.port });
    const messages: JsonValue[] = [
      'new\nline',
      { ключ: [1, null, '\u2028"'] },
      'x'.repeat(500_000),
    ];
    for (const message of messages) a.transport.send('b', message);
    await until(() => b.heard.length === 3);
    expect(b.heard).toEqual(messages.map((message) => ['a', message]));
    expect(a.heard).toEqual([]);
  });

  it('dial again when the peer comes back', async () => {
    const b = await open('b', {});
    const { port } = b.transport;
    const a = await open('a', { b: port });
    a.transport.send('b', 1);
    await until(() => b.heard.length === 1);
    b.transport.close();
    const again = await open('b', {}, port);
    await until(() => {
      a.transport.send('b', 2);
      return again.heard.length > 0;
    });
    expect(again.heard[0]).toEqual(['a', 2]);
  });

  it('drop the oldest messages whole while a peer takes none, and count them', async () => {
    const silent = net.createServer((socket) => socket.pause()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as net.AddressInfo;
    const a = await open('a', { b: port });
    await new Promise<void>((resolve) =>
      silent.close(() => {
        resolve();
      }),
    );
    // Nobody listens: all of it waits in the queue.
    const size = 256 * 1024;
    for (let index = 0; index < 8; index++) a.transport.send('b', `${index}${'x'.repeat(size)}`);
    expect(a.transport.dropped).toBeGreaterThanOrEqual(4);
    const b = await open('b', {}, port);
    await until(() => b.heard.some(([, message]) => String(message).startsWith('7')));
    expect(b.heard.map(([, message]) => String(message).length)).toEqual(
      b.heard.map(() => size + 1),
    );
    expect(b.heard).toHaveLength(8 - a.transport.dropped);
  });

  it('cut off who does not speak the protocol, and live on', async () => {
    const b = await open('b', {});
    for (const bytes of [
      '{}\n',
      'GET / HTTP/1.1\n',
      '{"from":"a"}\nnonsense\n',
      '{"from":"a"}\n7\n',
    ]) {
      const stranger = net.connect(b.transport.port, '127.0.0.1');
      stranger.on('error', () => undefined);
      stranger.write(bytes);
      await once(stranger, 'close');
    }
    expect(b.logged).toHaveLength(4);
    const a = await open('a', { b: b.transport.port });
    a.transport.send('b', 'still there');
    await until(() => b.heard.length === 1);
  });

  it('say once that a peer has no address', async () => {
    const a = await open('a', {});
    a.transport.send('z', 1);
    a.transport.send('z', 2);
    expect(a.logged).toEqual(['no address of the peer z: messages to it are lost']);
  });

  it('measure one direction by probes', async () => {
    const b = await open('b', {});
    const a = await open('a', { b: b.transport.port });
    expect(a.transport.sendProbe('b', 'p1')).toBe(true);
    expect(a.transport.sendProbe('z', 'p2')).toBe(false);
    expect(await b.transport.probeSeen('p1', 30_000)).toBe(true);
    expect(await b.transport.probeSeen('p1', 0)).toBe(true);
    expect(await b.transport.probeSeen('p3', 20)).toBe(false);
    expect(await a.transport.probeSeen('p1', 20)).toBe(false);
  });
});
