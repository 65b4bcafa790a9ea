import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createRealClock } from '../environment/real.js';
import { listens } from './listens.js';

const clock = createRealClock();

async function withServer(
  accept: (socket: Socket) => void,
  look: (port: number) => Promise<void>,
): Promise<void> {
  const server = createServer((socket) => accept(socket.on('error', () => undefined)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    await look((server.address() as AddressInfo).port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

test('who accepts listens, and nobody does where there is none', async () => {
  let port = 0;
  await withServer(
    (socket) => socket.resume(),
    async (free) => {
      port = free;
      expect(await listens({ host: '127.0.0.1', port }, clock, 0)).toBe(true);
      expect(await listens({ host: '127.0.0.1', port }, clock, 30)).toBe(true);
    },
  );
  expect(await listens({ host: '127.0.0.1', port }, clock, 0)).toBe(false);
});

test('a proxy with nobody behind it is told by how long it holds on', async () => {
  await withServer(
    (socket) => socket.end('bye'),
    async (port) => {
      expect(await listens({ host: '127.0.0.1', port }, clock, 500)).toBe(false);
    },
  );
});
