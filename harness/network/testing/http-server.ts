import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request with its body read. */
export interface Asked {
  method: string;
  url: URL;
  body: string;
  request: IncomingMessage;
}

export interface TestServer {
  address: { host: string; port: number };
  close(): Promise<void>;
}

/** An HTTP server on loopback that does as `handle` says. */
export async function startHttpServer(
  handle: (asked: Asked, response: ServerResponse) => void,
): Promise<TestServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const body = Buffer.concat(chunks).toString();
      handle({ method: request.method ?? '', url, body, request }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
