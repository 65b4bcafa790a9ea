import { afterEach, describe, expect, test } from 'vitest';
import { createRealClock } from '../environment/real.js';
import { HttpConnection } from './http.js';
import { type Budget, startBudget } from './budget.js';
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

  test('tells a connection that was not up in its share of the time, and sends nothing', async () => {
    let requests = 0;
    const server = await startHttpServer(() => (requests += 1));
    open.push(server);
    const never = (): Promise<void> => new Promise(() => undefined);
    for (const connectShare of [0.5, 1]) {
      const http = new HttpConnection(server.address, clock, { arrival: never, connectShare });
      open.push(http);
      const sent = http.send({ method: 'GET', path: '/' }, budget(200));
      await expect(sent).rejects.toMatchObject({ code: 'connect-timeout' });
    }
    expect(requests).toBe(0);
  });

  test('says refused where what lies behind a proxy refuses', async () => {
    const server = await startHttpServer(() => undefined);
    open.push(server);
    const arrival = (): Promise<void> => Promise.reject(new Error('nobody behind it'));
    const http = new HttpConnection(server.address, clock, { arrival });
    open.push(http);
    const sent = http.send({ method: 'GET', path: '/' }, budget());
    await expect(sent).rejects.toMatchObject({ code: 'refused', message: 'nobody behind it' });
  });

  test('what waits behind a request that breaks is not sent later', async () => {
    const paths: string[] = [];
    const { http, close } = await serve(({ url, request }) => {
      paths.push(url.pathname);
      request.socket.destroy();
    });
    open.unshift({ close });
    const sent = ['/first', '/second'].map((path) => http.send({ method: 'GET', path }, budget()));
    for (const each of sent) await expect(each).rejects.toMatchObject({ code: 'reset' });
    expect(paths).toEqual(['/first']);
  });

  test('sends nothing any more once it was closed', async () => {
    const { http, close } = await serve((_, response) => response.end());
    open.unshift({ close });
    await http.close();
    const sent = http.send({ method: 'GET', path: '/' }, budget());
    await expect(sent).rejects.toMatchObject({ code: 'closed' });
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
