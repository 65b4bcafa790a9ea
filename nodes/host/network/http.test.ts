import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Client } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../harness/json.js';
import { createHttpServer } from './http.js';

let gone = 0;
const probes: string[] = [];
const skews: unknown[] = [];

/** Answers with what it was asked; `/silence` never. */
const server = createHttpServer({
  request: (path, body, reply) => {
    if (path !== '/silence') reply(path === '/refuse' ? 409 : 200, { path, body });
    return () => gone++;
  },
  status: () => ({ role: 'leader' }),
  setClock: (skew) => skews.push(skew),
  sendProbe: (to, id) => to === 'n2' && probes.push(id) > 0,
  probeSeen: (id) => Promise.resolve(id === 'p1'),
});
let origin: string;
let client: Client;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new Client(origin);
});

afterAll(async () => {
  await client.close();
  server.close();
});

async function ask(method: string, path: string, body?: string): Promise<[number, JsonValue]> {
  const answer = await client.request({ method: method as 'GET', path, body });
  return [answer.statusCode, (await answer.body.json()) as JsonValue];
}

describe('the client port', () => {
  it('hands a POST to the program, and its answer back', async () => {
    const body = { key: 'x', value: [1, 'zwölf\u2028'] };
    expect(await ask('POST', '/put', JSON.stringify(body))).toEqual([200, { path: '/put', body }]);
    expect(await ask('POST', '/refuse', '1')).toEqual([409, { path: '/refuse', body: 1 }]);
    expect(await ask('POST', '/none')).toEqual([200, { path: '/none', body: null }]);
  });

  it('shows the status', async () => {
    expect(await ask('GET', '/status')).toEqual([200, { role: 'leader' }]);
  });

  it.each([
    ['POST', '/put', '{"key":', 400, 'malformed'],
    ['POST', '/put', `"${'x'.repeat(1024 * 1024)}"`, 413, 'too-large'],
    ['GET', '/put', undefined, 404, 'not-found'],
    ['DELETE', '/put', undefined, 405, 'method-not-allowed'],
    ['POST', '/probe', '{"to":"n9","id":"p"}', 404, 'not-found'],
    ['POST', '/probe', '[]', 400, 'malformed'],
    ['POST', '/probe-seen', '{"id":"p1"}', 400, 'malformed'],
    ['POST', '/probe-seen', '{"id":"p1","waitMs":1e9}', 400, 'malformed'],
  ])('refuses for certain: %s %s', async (method, path, body, status, error) => {
    const [found, answer] = await ask(method, path, body);
    expect(found).toBe(status);
    expect(answer).toMatchObject({ error, certain: true });
  });

  it('sends probes and says whether they came', async () => {
    expect(await ask('POST', '/probe', '{"to":"n2","id":"p7"}')).toEqual([200, { sent: true }]);
    expect(probes).toEqual(['p7']);
    const seen = (id: string) => ask('POST', '/probe-seen', JSON.stringify({ id, waitMs: 10 }));
    expect(await seen('p1')).toEqual([200, { seen: true }]);
    expect(await seen('p2')).toEqual([200, { seen: false }]);
  });

  it('tells the program when a client has gone', async () => {
    const before = gone;
    const impatient = new Client(origin);
    const asked = impatient.request({ method: 'POST', path: '/silence', body: '1' });
    const failed = expect(asked).rejects.toThrow();
    await once(server, 'request');
    await impatient.destroy();
    await failed;
    while (gone === before) await ask('GET', '/status');
    expect(gone).toBe(before + 1);
  });
});

it('takes another clock, and refuses what is none', async () => {
  const skew = { offsetMs: -5_000, driftPpm: 0, strobeMs: 100 };
  expect(await ask('POST', '/clock', JSON.stringify(skew))).toEqual([200, { skewed: true }]);
  expect(await ask('POST', '/clock', 'null')).toEqual([200, { skewed: false }]);
  const [status, body] = await ask('POST', '/clock', '{"offsetMs":"soon"}');
  expect([status, body]).toMatchObject([400, { error: 'malformed', certain: true }]);
  expect(skews).toEqual([skew, null]);
});
