import { describe, expect, it } from 'vitest';
import { classifyError, ClientError } from '../../harness/contracts/client.js';
import type { Invocation } from '../../harness/contracts/client.js';
import type { NodeConnection, NodeReply } from '../../harness/contracts/cluster.js';
import type { Effect, Input } from '../../harness/contracts/program.js';
import { createRandom } from '../../harness/environment/random.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import { RaftClient } from './client.js';
import { RAFT_ERRORS } from './errors.js';
import { createRaftProgram } from '../../nodes/raft/program.js';

/** Answers by a function, and remembers what was asked, within what time. */
class FakeConnection implements NodeConnection {
  readonly asked: { path: string; body: JsonValue; timeoutMs: number }[] = [];

  constructor(private readonly answer: (path: string, body: JsonValue) => NodeReply) {}

  async request(path: string, body: JsonValue, timeoutMs: number): Promise<NodeReply> {
    this.asked.push({ path, body, timeoutMs });
    return Promise.resolve(this.answer(path, body));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A cluster of one, whose disk is instant: the program itself behind a connection. */
function connectToCluster(): FakeConnection {
  const program = createRaftProgram({
    name: 'n1',
    members: ['n1'],
    random: createRandom(1),
    settings: {},
    bugs: new Set(),
  });
  const replies = new Map<number, NodeReply>();
  let monotonicMs = 0;
  const give = (input: Input): void => {
    const effects: Effect[] = program.step(input, { monotonicMs, wallMs: monotonicMs });
    for (const effect of effects) {
      if (effect.kind === 'reply') replies.set(effect.id, effect);
      if (effect.kind === 'sync') give({ kind: 'synced', token: effect.token });
    }
  };
  give({ kind: 'start', snapshot: null, records: [] });
  monotonicMs = 10_000;
  give({ kind: 'timer', name: 'election' });
  let id = 0;
  return new FakeConnection((path, body) => {
    give({ kind: 'request', id: ++id, path, body });
    const { status, body: answer } = replies.get(id) ?? expect.unreachable('no answer');
    return { status, body: answer };
  });
}

async function failure(client: RaftClient, invocation: Invocation): Promise<ClientError> {
  const error = await client.invoke(invocation, 1000).then(
    (completion) => expect.unreachable(JSON.stringify(completion)),
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(ClientError);
  return error as ClientError;
}

describe('a client of our Raft', () => {
  it('reads, writes, and compares and sets by value and by version', async () => {
    const client = new RaftClient(connectToCluster());
    const run = (f: string, value?: JsonValue) => client.invoke({ f, key: 'x', value }, 1000);
    expect(await run('read')).toMatchObject({ type: 'ok', value: null, meta: { version: 0 } });
    expect(await run('write', 1)).toMatchObject({ type: 'ok', value: 1, meta: { version: 1 } });
    expect(await run('cas', [1, 2])).toMatchObject({ type: 'ok', value: [1, 2] });
    expect(await run('cas', [1, 3])).toMatchObject({
      type: 'fail',
      error: { code: 'mismatch' },
      meta: { actual: 2, version: 2 },
    });
    expect(await run('cas-version', [2, 4])).toMatchObject({ type: 'ok' });
    expect(await run('cas-version', [2, 5])).toMatchObject({
      type: 'fail',
      error: { code: 'mismatch' },
    });
    const read = await run('read');
    expect(read).toMatchObject({ type: 'ok', value: 4, meta: { version: 3, revision: 3 } });
    expect(read.meta?.term).toBeGreaterThan(0);
  });

  it('opens a session with its first write, and numbers the writes in it', async () => {
    const connection = connectToCluster();
    const client = new RaftClient(connection, 'lease');
    await client.invoke({ f: 'read', key: 'x' }, 1000);
    await client.invoke({ f: 'write', key: 'x', value: 1 }, 1000);
    await client.invoke({ f: 'cas', key: 'x', value: [1, 2] }, 1000);
    const session = (connection.asked[2].body as JsonObject).session;
    expect(connection.asked).toMatchObject([
      { path: '/get', body: { read: 'lease' }, timeoutMs: 1000 },
      { path: '/session', timeoutMs: 500 },
      { path: '/put', body: { session, sequence: 1 }, timeoutMs: 500 },
      { path: '/cas', body: { session, sequence: 2 }, timeoutMs: 1000 },
    ]);
    expect(session).toBeTypeOf('number');
  });

  it('has surely not written where the session could not be opened', async () => {
    const connection = new FakeConnection(() => {
      throw new ClientError('timeout', 'no answer');
    });
    const error = await failure(new RaftClient(connection), { f: 'write', key: 'x', value: 1 });
    expect(error.code).toBe('no-session');
    expect(classifyError(error, RAFT_ERRORS, false).type).toBe('fail');
    expect(connection.asked).toHaveLength(1);
  });

  it('opens another session after one that has expired, and starts counting anew', async () => {
    let expired = false;
    const connection = new FakeConnection((path) => {
      if (path === '/session') return { status: 200, body: { session: expired ? 8 : 7 } };
      if (expired) return { status: 200, body: { value: 2 } };
      expired = true;
      return { status: 410, body: { error: 'session-expired', certain: false } };
    });
    const client = new RaftClient(connection);
    const error = await failure(client, { f: 'write', key: 'x', value: 1 });
    expect(classifyError(error, RAFT_ERRORS, false).type).toBe('info');
    await client.invoke({ f: 'write', key: 'x', value: 2 }, 1000);
    expect(connection.asked.at(-1)?.body).toMatchObject({ session: 8, sequence: 1 });
  });

  it.each([
    [503, { error: 'no-leader', certain: true }, 'no-leader', 'fail'],
    [504, { error: 'leadership-lost', certain: false }, 'leadership-lost', 'info'],
    [504, { error: 'timeout', certain: false }, 'timeout', 'info'],
    [500, { error: 'never heard of', certain: true }, 'never heard of', 'info'],
    [502, 'an HTML page', 'unexpected-answer', 'info'],
  ])('throws what the node answered with %i %j', async (status, body, code, type) => {
    const connection = new FakeConnection((path) =>
      path === '/session' ? { status: 200, body: { session: 1 } } : { status, body },
    );
    const error = await failure(new RaftClient(connection), { f: 'write', key: 'x', value: 1 });
    expect(error.code).toBe(code);
    expect(classifyError(error, RAFT_ERRORS, false).type).toBe(type);
  });

  describe('that may retry', () => {
    /** Answers the writes in turn; a string is an error of the connection. */
    const retry = async (...answers: (NodeReply | string)[]) => {
      const connection: FakeConnection = new FakeConnection((path) => {
        if (path === '/session') return { status: 200, body: { session: 1 } };
        const answer = answers[connection.asked.length - 2];
        if (typeof answer === 'string') throw new ClientError(answer, 'from the connection');
        return answer;
      });
      const client = new RaftClient(connection, undefined, true);
      const ended = await client.invoke({ f: 'write', key: 'x', value: 1 }, 1000).then(
        ({ type }) => type,
        (error: unknown) => (error as ClientError).code,
      );
      return { ended, bodies: connection.asked.slice(1).map(({ body }) => body) };
    };
    const lost = { status: 504, body: { error: 'leadership-lost', certain: false } };
    const done = { status: 200, body: { value: 1 } };

    it.each([lost, 'timeout', 'reset'])(
      'sends the same command once more after %j',
      async (first) => {
        const { ended, bodies } = await retry(first, done);
        expect(ended).toBe('ok');
        expect(bodies).toEqual([bodies[0], bodies[0]]);
        expect(bodies[0]).toMatchObject({ session: 1, sequence: 1 });
      },
    );

    it('does not take the second copy being refused for the first one being so', async () => {
      const refused = { status: 503, body: { error: 'no-leader', certain: true } };
      expect((await retry('timeout', refused)).ended).toBe('timeout');
    });

    it('leaves it at one where the first answer is certain', async () => {
      const { ended, bodies } = await retry('refused', done);
      expect([ended, bodies.length]).toEqual(['refused', 1]);
    });
  });

  it('does not send what it does not know', async () => {
    const connection = connectToCluster();
    const client = new RaftClient(connection);
    for (const invocation of [{ f: 'append' }, { f: 'cas', value: 3 }]) {
      expect((await failure(client, invocation)).code).toBe('bad-request');
    }
    expect(connection.asked).toEqual([]);
  });
});
