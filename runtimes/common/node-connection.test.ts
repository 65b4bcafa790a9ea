import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { ClientError } from '../../harness/contracts/client.js';
import { createRealClock } from '../../harness/environment/real.js';
import { HttpNodeConnection } from './node-connection.js';

const clock = createRealClock();

/** A server of raw TCP: what it was sent, and a say in what happens then. */
async function serve(
  answer: (socket: Socket, requests: number) => void,
): Promise<{ port: number; requests: () => number; server: Server }> {
  let requests = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      if (!chunk.toString().includes('HTTP/1.1')) return;
      requests += 1;
      answer(socket, requests);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, requests: () => requests, server };
}

function reply(socket: Socket, body: string): void {
  socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  const error: unknown = await action.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  return error instanceof ClientError ? error.code : String(error);
}

describe('an HTTP connection', () => {
  const cleanups: (() => Promise<unknown> | void)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  });
  const connect = (
    { port, server }: { port: number; server?: Server },
    arrival?: () => Promise<void>,
  ): HttpNodeConnection => {
    const connection = new HttpNodeConnection({ host: '127.0.0.1', port }, clock, arrival);
    cleanups.push(() => connection.close());
    if (server !== undefined) cleanups.push(() => void server.close());
    return connection;
  };

  test('sends one request on a broken connection once, and calls it reset', async () => {
    const node = await serve((socket) => socket.resetAndDestroy());
    const connection = connect(node);
    expect(await codeOf(connection.request('/put', { a: 1 }, 2_000))).toBe('reset');
    await clock.sleep(50);
    expect(node.requests()).toBe(1);
  });

  test('an idle connection that the server closed is not a lost request afterwards', async () => {
    const node = await serve((socket) => {
      reply(socket, '{}');
      socket.end();
    });
    const connection = connect(node);
    expect(await connection.request('/a', null, 2_000)).toEqual({ status: 200, body: {} });
    await clock.sleep(50);
    expect(await connection.request('/b', null, 2_000)).toEqual({ status: 200, body: {} });
    expect(node.requests()).toBe(2);
  });

  test('where the server has closed an idle connection and is gone, nothing was sent', async () => {
    const node = await serve((socket) => {
      reply(socket, '{}');
      socket.end();
    });
    const connection = connect({ port: node.port });
    await connection.request('/a', null, 2_000);
    await new Promise((resolve) => node.server.close(resolve));
    expect(await codeOf(connection.request('/b', null, 2_000))).toBe('refused');
  });

  test('a late answer never becomes the answer of the next request', async () => {
    const node = await serve((socket, requests) => {
      if (requests > 1) reply(socket, '"second"');
      else clock.setTimer(() => reply(socket, '"first, late"'), 150);
    });
    const connection = connect(node);
    expect(await codeOf(connection.request('/a', null, 100))).toBe('timeout');
    expect((await connection.request('/b', null, 2_000)).body).toBe('second');
    await clock.sleep(100);
    expect((await connection.request('/c', null, 2_000)).body).toBe('second');
  });

  test('a request that is never answered does not hold up the next', async () => {
    const node = await serve((socket, requests) => {
      if (requests > 1) reply(socket, '"second"');
    });
    const connection = connect(node);
    expect(await codeOf(connection.request('/a', null, 100))).toBe('timeout');
    expect((await connection.request('/b', null, 2_000)).body).toBe('second');
  });

  test('nobody listening is refused', async () => {
    const node = await serve(() => {});
    await new Promise((resolve) => node.server.close(resolve));
    expect(await codeOf(connect({ port: node.port }).request('/a', null, 2_000))).toBe('refused');
  });

  test('a connection that does not arrive in time is refused, and nothing was sent', async () => {
    const node = await serve((socket) => reply(socket, '{}'));
    const connection = connect(node, () => new Promise(() => {}));
    expect(await codeOf(connection.request('/a', null, 100))).toBe('refused');
    await clock.sleep(50);
    expect(node.requests()).toBe(0);
  });

  test('an answer that is not JSON is said to be that', async () => {
    const node = await serve((socket) => reply(socket, '<html>'));
    expect(await codeOf(connect(node).request('/a', null, 2_000))).toBe('bad-reply');
  });

  test('after its close it sends nothing more', async () => {
    const node = await serve((socket) => reply(socket, '{}'));
    const connection = connect(node);
    await connection.close();
    expect(await codeOf(connection.request('/a', null, 2_000))).toBe('refused');
    expect(node.requests()).toBe(0);
  });
});
