import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { classifyError } from '../../harness/contracts/client.js';
import type { Client, Completion } from '../../harness/contracts/client.js';
import { createRealClock } from '../../harness/environment/real.js';
import type { JsonValue } from '../../harness/json.js';
import { startHttpServer } from '../../harness/network/testing/http-server.js';
import type { Asked, TestServer } from '../../harness/network/testing/http-server.js';
import { createConsulClient } from './client.js';
import { CONSUL_ERRORS } from './errors.js';

interface Step {
  Verb: string;
  Key: string;
  Value?: string;
  Session?: string;
}

/** Keys with the session that holds them, and transactions over them, as Consul's store applies them. */
class Store {
  index = 40;
  readonly holders = new Map<string, string>();
  readonly values = new Map<string, string>();
  sessions: string[] = [];
  created: JsonValue[] = [];
  transactions: Step[][] = [];

  answer({ url, body }: Asked): { status: number; text: string } {
    if (url.pathname === '/v1/session/create') {
      this.created.push(JSON.parse(body) as JsonValue);
      this.sessions.push(`s${this.created.length}`);
      return { status: 200, text: JSON.stringify({ ID: this.sessions.at(-1) }) };
    }
    const steps = (JSON.parse(body) as { KV: Step }[]).map(({ KV }) => KV);
    this.transactions.push(steps);
    const refused = steps.map((step) => this.#refusal(step)).find((what) => what !== undefined);
    if (refused !== undefined) {
      return { status: 409, text: JSON.stringify({ Results: null, Errors: [{ What: refused }] }) };
    }
    this.index += 1;
    for (const step of steps) this.#apply(step);
    const Results = steps.map((_, i) => ({
      KV: { ModifyIndex: i < steps.length - 1 ? 1 : this.index },
    }));
    return { status: 200, text: JSON.stringify({ Results, Errors: null }) };
  }

  #refusal({ Verb: verb, Key: key, Session: session = '' }: Step): string | undefined {
    const holder = this.holders.get(key);
    if (verb === 'lock' && !this.sessions.includes(session)) return `invalid session "${session}"`;
    if (verb === 'lock' && holder !== undefined) return 'lock is already held';
    if (verb === 'unlock' && holder !== session) return "lock isn't held";
    if (verb === 'check-session' && holder !== session) return 'session does not match';
    return undefined;
  }

  #apply({ Verb: verb, Key: key, Value: value = '', Session: session = '' }: Step): void {
    if (verb === 'lock') this.holders.set(key, session);
    if (verb === 'unlock') this.holders.delete(key);
    if (verb === 'set') this.values.set(key, Buffer.from(value, 'base64').toString());
  }
}

let store = new Store();
let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startHttpServer((asked, response) => {
    const { status, text } = store.answer(asked);
    response.writeHead(status);
    response.end(text);
  });
});
beforeEach(() => {
  store = new Store();
  client = createConsulClient(server.address, { 'session-ttl-s': '5' }, createRealClock());
  return () => client.close();
});
afterAll(() => server.close());

async function run(f: string, value?: JsonValue): Promise<Completion> {
  try {
    return await client.invoke({ f, key: 'k', value }, 20_000);
  } catch (error) {
    return classifyError(error, CONSUL_ERRORS, false);
  }
}

const fails = (code: string): object => ({ type: 'fail', error: { code } });

describe('a lock of Consul', () => {
  test('is held by one session of the wanted life, with the index as the token', async () => {
    expect(await run('acquire')).toMatchObject({ type: 'ok', value: 41 });
    expect(store.created).toEqual([{ TTL: '5s', LockDelay: '0s', Behavior: 'release' }]);
    expect(await run('release')).toMatchObject({ type: 'ok', meta: { index: 42 } });
    expect(await run('acquire')).toMatchObject({ type: 'ok', value: 43 });
    expect(store.created).toHaveLength(1);
  });

  test('of another one is refused, and what was lost is not held', async () => {
    store.holders.set('lock-k', 'theirs');
    expect(await run('acquire')).toMatchObject(fails('held'));
    expect(await run('release')).toMatchObject(fails('not-held'));
    store.holders.clear();
    await run('acquire');
    store.holders.set('lock-k', 'theirs');
    expect(await run('release')).toMatchObject(fails('not-held'));
    expect(store.holders.get('lock-k')).toBe('theirs');
  });

  test('lets its holder write, in one transaction with the look at it', async () => {
    expect(await run('fenced-write', 1)).toMatchObject(fails('not-held'));
    await run('acquire');
    expect(await run('fenced-write', 7)).toMatchObject({ type: 'ok', meta: { version: 42 } });
    expect(store.values.get('k')).toBe('7');
    expect(store.transactions.at(-1)).toEqual([
      { Verb: 'check-session', Key: 'lock-k', Session: 's1' },
      { Verb: 'set', Key: 'k', Value: Buffer.from('7').toString('base64') },
    ]);
    store.holders.set('lock-k', 'theirs');
    expect(await run('fenced-write', 8)).toMatchObject(fails('lock-lost'));
    expect(store.values.get('k')).toBe('7');
  });

  test('is forgotten with its session', async () => {
    await run('acquire');
    await run('release');
    store.sessions = [];
    expect(await run('acquire')).toMatchObject(fails('invalid-session'));
    expect(await run('acquire')).toMatchObject({ type: 'ok' });
    expect(store.created).toHaveLength(2);
  });
});
