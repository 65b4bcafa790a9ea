import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { createRandom } from '../../harness/environment/random.js';
import { createRealClock } from '../../harness/environment/real.js';
import { LinkState } from './link.js';
import { LinkProxy } from './proxy.js';

const clock = createRealClock();
const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A node that keeps what it receives and echoes it, behind a proxy with its two directions. */
async function setUp(): Promise<{
  forward: LinkState;
  backward: LinkState;
  proxy: LinkProxy;
  received: () => string;
  accepted: Socket[];
  dial: () => Promise<{ socket: Socket; echoed: () => string }>;
}> {
  let received = '';
  const accepted: Socket[] = [];
  const node = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received += chunk.toString();
      socket.write(chunk);
    });
  });
  await once(node.listen(0, '127.0.0.1'), 'listening');
  cleanups.push(() => void node.close());
  const random = createRandom(1);
  const forward = new LinkState({ from: 'a', to: 'b' }, random.fork('there'));
  const backward = new LinkState({ from: 'b', to: 'a' }, random.fork('back'));
  const proxy = new LinkProxy(forward, backward, (node.address() as AddressInfo).port, clock);
  await proxy.listen();
  cleanups.push(() => proxy.close());
  const dial = async (): Promise<{ socket: Socket; echoed: () => string }> => {
    let echoed = '';
    const socket = connect({ port: proxy.port, host: '127.0.0.1' });
    cleanups.push(() => void socket.destroy());
    socket.on('error', () => {});
    socket.on('data', (chunk) => (echoed += chunk.toString()));
    await once(socket, 'connect');
    return { socket, echoed: () => echoed };
  };
  return { forward, backward, proxy, received: () => received, accepted, dial };
}

/** Waits for something that is sure to come; the test's own time limit is the bound. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await clock.sleep(2);
}

describe('a link through the proxy', () => {
  test('carries bytes there and back', async () => {
    const { dial, received } = await setUp();
    const { socket, echoed } = await dial();
    socket.write('hello');
    await until(() => echoed() === 'hello');
    expect(received()).toBe('hello');
  });

  test('holds back what is sent into a cut, counts it, and lets it flow on after the healing', async () => {
    const { dial, received, forward } = await setUp();
    const { socket, echoed } = await dial();
    socket.write('one,');
    await until(() => echoed() === 'one,');
    forward.setCut();
    socket.write('two,');
    await until(() => forward.held.bytes === 4);
    await clock.sleep(50);
    expect(received()).toBe('one,');
    forward.heal();
    socket.write('three');
    await until(() => echoed() === 'one,two,three');
    expect(received()).toBe('one,two,three');
  });

  test('what waits for its delay arrives with the healing', async () => {
    const { dial, forward } = await setUp();
    const { socket, echoed } = await dial();
    forward.setDelay(3_600_000, 0);
    socket.write('slow,');
    await clock.sleep(50);
    expect(echoed()).toBe('');
    forward.heal();
    socket.write('fast');
    await until(() => echoed() === 'slow,fast');
  });

  test('a cut of the answers alone lets requests arrive', async () => {
    const { dial, received, backward } = await setUp();
    const { socket, echoed } = await dial();
    await until(() => socket.readyState === 'open');
    backward.setCut();
    socket.write('request');
    await until(() => received() === 'request');
    await clock.sleep(50);
    expect(echoed()).toBe('');
    backward.heal();
    await until(() => echoed() === 'request');
  });

  test('a new connection into a cut hangs, and its bytes arrive after the healing, even if it was given up', async () => {
    const { dial, received, forward, accepted, proxy } = await setUp();
    forward.setCut();
    const { socket } = await dial();
    let arrived = false;
    void proxy.arrival(socket).then(() => (arrived = true));
    socket.end('late');
    await until(() => forward.held.bytes === 4);
    await clock.sleep(50);
    expect(arrived).toBe(false);
    expect(forward.held.connections).toBe(1);
    expect(accepted).toHaveLength(0);
    forward.heal();
    await until(() => received() === 'late');
  });

  test('the end of a connection does not pass a cut either', async () => {
    const { dial, forward, accepted } = await setUp();
    const { socket } = await dial();
    socket.write('x');
    await until(() => accepted.length === 1);
    let ended = false;
    accepted[0].on('close', () => (ended = true));
    forward.setCut();
    socket.resetAndDestroy();
    await clock.sleep(50);
    expect(ended).toBe(false);
    forward.heal();
    await until(() => ended);
  });

  test('a node that refuses is told from one that accepts', async () => {
    const random = createRandom(1);
    const closed = createServer();
    await once(closed.listen(0, '127.0.0.1'), 'listening');
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const there = new LinkState({ from: 'a', to: 'b' }, random);
    const back = new LinkState({ from: 'b', to: 'a' }, random);
    const proxy = new LinkProxy(there, back, port, clock);
    await proxy.listen();
    cleanups.push(() => proxy.close());
    const socket = connect({ port: proxy.port, host: '127.0.0.1' });
    socket.on('error', () => {});
    await once(socket, 'connect');
    await expect(proxy.arrival(socket)).rejects.toThrow('ECONNREFUSED');
  });

  test('keeps the order of bytes under any delay, jitter and cuts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ delayMs: fc.nat(4), jitterMs: fc.nat(6), cut: fc.boolean() }), {
          minLength: 1,
          maxLength: 12,
        }),
        async (steps) => {
          const { dial, received, forward } = await setUp();
          const { socket, echoed } = await dial();
          let sent = '';
          for (const [index, { delayMs, jitterMs, cut }] of steps.entries()) {
            forward.setDelay(delayMs, jitterMs);
            if (cut) forward.setCut();
            else forward.heal();
            socket.write(`${index};`);
            sent += `${index};`;
            await clock.sleep(1);
          }
          forward.heal();
          await until(() => echoed() === sent);
          expect(received()).toBe(sent);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('a sender into a cut has to wait once its buffer is full, and loses nothing', async () => {
    const { dial, received, forward } = await setUp();
    const { socket, echoed } = await dial();
    forward.setCut();
    const bytes = 16 << 20;
    socket.write('x'.repeat(bytes));
    await until(() => forward.held.bytes > 1 << 20);
    await clock.sleep(50);
    expect(forward.held.bytes).toBeLessThan(2 << 20);
    forward.heal();
    await until(() => echoed().length === bytes);
    expect(received().length).toBe(bytes);
  });
});
