import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { classifyError } from '../../harness/contracts/client.js';
import type { Client, Completion } from '../../harness/contracts/client.js';
import { createRealClock } from '../../harness/environment/real.js';
import type { JsonValue } from '../../harness/json.js';
import { startHttpServer } from '../../harness/network/testing/http-server.js';
import type { Asked, TestServer } from '../../harness/network/testing/http-server.js';
import { createConsulClient } from './client.js';
import { CONSUL_ERRORS, consulErrorCode } from './errors.js';

/** One key of Consul, and somebody else who writes to it between two requests. */
class OneKey {
  index = 10;
  value: JsonValue = null;
  modified = 0;
  meddling: JsonValue[] = [];
  asked: string[] = [];

  set(value: JsonValue): void {
    this.index += 1;
    this.value = value;
    this.modified = value === null ? 0 : this.index;
  }

  answer({ method, url, body }: Asked): { status: number; text: string } {
    this.asked.push(`${method}${url.search}`);
    if (method === 'GET') return this.#read();
    for (const value of this.meddling.splice(0)) this.set(value);
    const cas = url.searchParams.get('cas');
    // As kvs.go has it: to remove what is not there is a success, whatever the index.
    const isGone = method === 'DELETE' && this.value === null;
    if (cas !== null && Number(cas) !== this.modified && !isGone) {
      return { status: 200, text: 'false' };
    }
    this.set(method === 'DELETE' ? null : (JSON.parse(body) as JsonValue));
    return { status: 200, text: 'true' };
  }

  #read(): { status: number; text: string } {
    if (this.value === null) return { status: 404, text: '' };
    const bytes = Buffer.from(JSON.stringify(this.value));
    const row = { Value: bytes.toString('base64'), ModifyIndex: this.modified, CreateIndex: 1 };
    return { status: 200, text: JSON.stringify([{ ...row, LockIndex: 0 }]) };
  }
}

let store = new OneKey();
let failure: { status: number; text: string } | undefined;
let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startHttpServer((asked, response) => {
    const { status, text } = failure ?? store.answer(asked);
    response.writeHead(status, {
      'X-Consul-Index': store.index,
      'X-Consul-LastContact': 7,
      'X-Consul-KnownLeader': 'true',
    });
    response.end(text);
  });
  client = createConsulClient(server.address, { consistency: 'stale' }, createRealClock());
});

afterAll(async () => {
  await client.close();
  await server.close();
});

/** As the history keeps it. */
async function run(f: string, value?: JsonValue): Promise<Completion> {
  try {
    return await client.invoke({ f, key: 'k', value }, 20_000);
  } catch (error) {
    return classifyError(error, CONSUL_ERRORS, false);
  }
}

describe('a client of Consul', () => {
  test('reads as it is set, and keeps what the headers say', async () => {
    store = new OneKey();
    store.set({ a: 1 });
    expect(await run('read')).toEqual({
      type: 'ok',
      value: { a: 1 },
      meta: {
        index: 11,
        lastContactMs: 7,
        knownLeader: true,
        version: 11,
        created: 1,
        lock: 0,
      },
    });
    expect(store.asked).toEqual(['GET?stale=']);
  });

  test('a compare-and-set says nothing that was not so, whoever writes in between', async () => {
    const small = fc.option(fc.integer({ min: 1, max: 2 }));
    const scene = fc.record({
      start: small,
      meddling: fc.array(small, { maxLength: 2 }),
      before: small,
      after: small,
    });
    const endings = new Set<string>();
    await fc.assert(
      fc.asyncProperty(scene, async ({ start, meddling, before, after }) => {
        store = new OneKey();
        if (start !== null) store.set(start);
        store.meddling = [...meddling];
        const completion = await run('cas', [before, after]);
        endings.add(completion.error?.code ?? completion.type);
        // Looked at with a quorum, even where the setting says stale.
        expect(store.asked[0]).toBe('GET?consistent=');
        if (completion.error?.code === 'mismatch') {
          expect(start).not.toBe(before);
          expect(store.asked).toHaveLength(1);
        } else if (completion.type === 'ok') expect(store.value).toBe(after);
        else expect(store.value).toBe(meddling.at(-1) ?? null);
      }),
      { numRuns: 150 },
    );
    expect([...endings].sort()).toEqual(['conflict', 'mismatch', 'ok']);
  });

  test('compares versions where it is asked to', async () => {
    store = new OneKey();
    expect(await run('cas-version', [null, 'a'])).toMatchObject({ type: 'ok' });
    expect(await run('cas-version', [null, 'b'])).toMatchObject({ error: { code: 'mismatch' } });
    expect(await run('cas-version', [11, 'b'])).toMatchObject({ type: 'ok' });
    expect(await run('cas-version', [12, null])).toMatchObject({ type: 'ok' });
    expect(store.value).toBeNull();
  });

  test('an answer that is neither true nor false is not understood', async () => {
    failure = { status: 200, text: 'perhaps' };
    expect(await run('write', 1)).toMatchObject({ type: 'info', error: { code: 'unknown' } });
    failure = undefined;
  });
});

describe("Consul's error table", () => {
  /** As servers 1.8.7 sent them. */
  const answers: [number, string, string, 'fail' | 'info'][] = [
    [500, 'No cluster leader', 'no-leader', 'fail'],
    [500, 'rpc error making call: No cluster leader', 'no-leader', 'fail'],
    [
      500,
      'rpc error getting client: failed to get conn: dial tcp 10.0.0.2:0->10.0.0.3:8300: i/o timeout',
      'leader-unreachable',
      'fail',
    ],
    [500, 'rpc error making call: stream closed', 'rpc-broken', 'info'],
    [500, 'rpc error making call: EOF', 'rpc-broken', 'info'],
    [500, 'leadership lost while committing log', 'leadership-lost', 'info'],
    [500, 'rpc error making call: leadership lost while committing log', 'leadership-lost', 'info'],
    [500, 'node is not the leader', 'not-leader', 'info'],
    [500, 'timed out enqueuing operation', 'enqueue-timeout', 'fail'],
    [500, 'rpc error making call: invalid session "x"', 'invalid-session', 'fail'],
    [413, 'Request body(2000002 bytes) too large', 'too-large', 'fail'],
    [400, 'Missing key name', 'rejected', 'fail'],
    [500, 'something new', 'unknown', 'info'],
    [502, '', 'unknown', 'info'],
  ];

  test.each(answers)(
    'HTTP %i "%s" is %s, and a write ends in %s',
    async (status, text, code, type) => {
      expect(consulErrorCode(status, text)).toBe(code);
      failure = { status, text };
      expect(await run('write', 1)).toMatchObject({ type, error: { code } });
      failure = undefined;
    },
  );

  test('every row gives its reason', () => {
    for (const [code, row] of Object.entries(CONSUL_ERRORS)) {
      expect(row.reason.length, code).toBeGreaterThan(10);
    }
  });
});
