import { afterEach, describe, expect, test } from 'vitest';
import { createRealClock } from '../../harness/environment/real.js';
import { HttpConnection } from './http.js';
import { startBudget } from './operations.js';
import type { Budget } from './operations.js';
import { startHttpServer } from './testing/http-server.js';

const clock = createRealClock();
const open: { close(): Promise<void> }[] = [];
const budget = (timeoutMs = 20_000): Budget => startBudget(clock, timeoutMs);

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function serve(
  handle: Parameters<typeof startHttpServer>[0],
): Promise<{ http: HttpConnection; close: () => Promise<void> }> {
  const server = await startHttpServer(handle);
  const http = new HttpConnection(server.address, clock);
  open.push(http);
  return { http, close: () => server.close() };
}

describe('an HTTP connection', () => {
  test('keeps one connection for many requests, and gives status, headers and text', async () => {
    const sockets = new Set<unknown>();
    const { http, close } = await serve(({ method, url, body, request }, response) => {
      sockets.add(request.socket);
      response.writeHead(404, { 'X-Seen': `${method} ${url.pathname}${url.search}` });
      response.end(body.toUpperCase());
    });
    open.unshift({ close });
    for (const path of ['/a', '/b', '/c%2Fd']) {
      const query = { x: 'ä&=', left: undefined };
      const answer = await http.send({ method: 'PUT', path, query, body: 'text' }, budget());
      expect(answer.header('x-seen')).toBe(`PUT ${path}?x=%C3%A4%26%3D`);
      expect([answer.status, answer.text]).toEqual([404, 'TEXT']);
    }
    expect(sockets.size).toBe(1);
  });

  test('gives up in time, and the next request does not get the late answer', async () => {
    const waiting: (() => void)[] = [];
    const { http, close } = await serve(({ url }, response) => {
      if (url.pathname === '/slow') waiting.push(() => response.end('slow'));
      else response.end('quick');
    });
    open.unshift({ close });
    const slow = http.send({ method: 'GET', path: '/slow' }, budget(200));
    await expect(slow).rejects.toMatchObject({ code: 'timeout' });
    for (const answer of waiting) answer();
    const quick = await http.send({ method: 'GET', path: '/quick' }, budget());
    expect(quick.text).toBe('quick');
  });

  test('says reset, once, where the server hangs up in the middle', async () => {
    let requests = 0;
    const { http, close } = await serve(({ request }) => {
      requests += 1;
      request.socket.destroy();
    });
    open.unshift({ close });
    // A GET is what an HTTP client would like to repeat.
    const sent = http.send({ method: 'GET', path: '/' }, budget());
    await expect(sent).rejects.toMatchObject({ code: 'reset' });
    expect(requests).toBe(1);
  });

  test('tells the whole time of an operation whose last step had little of it', async () => {
    const { http, close } = await serve(({ url }, response) => {
      if (url.pathname === '/first') response.end();
    });
    open.unshift({ close });
    await http.send({ method: 'GET', path: '/first' }, budget());
    const rest: Budget = { timeoutMs: 5_000, remainingMs: () => 20 };
    await expect(http.send({ method: 'GET', path: '/second' }, rest)).rejects.toMatchObject({
      code: 'timeout',
      message: 'no answer within 5000 ms',
    });
  });

  test('says refused where nobody listens, as often as it is asked', async () => {
    const { http, close } = await serve(() => undefined);
    await close();
    for (let i = 0; i < 2; i++) {
      const sent = http.send({ method: 'GET', path: '/' }, budget());
      await expect(sent).rejects.toMatchObject({ code: 'refused' });
    }
  });
});
