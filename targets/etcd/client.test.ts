import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import type {
  handleUnaryCall,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from 'vitest';
import type { Client } from '../../harness/contracts/client.js';
import { createRealClock } from '../../harness/environment/real.js';
import { createEtcdClient } from './client.js';
import { definitions } from './definitions.js';

const clock = createRealClock();
const service = definitions['etcdserverpb.KV'] as unknown as ServiceDefinition;
const header = { clusterId: '1', memberId: '2', revision: '3', raftTerm: '4' };
const ended: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

/** A server whose `Put` and `Range` do as told. */
async function serve(
  handlers: UntypedServiceImplementation,
  settings: Record<string, string> = {},
): Promise<{ client: Client; server: Server }> {
  const server = new Server();
  server.addService(service, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  const client = createEtcdClient({ host: '127.0.0.1', port }, settings, clock);
  ended.push(
    () => server.forceShutdown(),
    () => client.close(),
  );
  return { client, server };
}

const write = { f: 'write', key: 'k', value: 1 };

describe('a client of etcd', () => {
  test('sends a request once, whatever the answer', async () => {
    let calls = 0;
    const { client } = await serve({
      Put: (_call: unknown, answer: (error: object) => void) => {
        calls += 1;
        answer({ code: status.UNAVAILABLE, details: 'etcdserver: leader changed' });
      },
    });
    await expect(client.invoke(write, 20_000)).rejects.toMatchObject({ code: 'leader-changed' });
    expect(calls).toBe(1);
  });

  test('gives up in its own time when nobody answers', async () => {
    const { client } = await serve({ Put: () => undefined });
    await expect(client.invoke(write, 300)).rejects.toMatchObject({ code: 'timeout' });
  });

  test('does not know what became of a request whose connection broke', async () => {
    const { client, server } = await serve({ Put: () => server.forceShutdown() });
    const failure = await client.invoke(write, 20_000).catch((error: { code: string }) => error);
    expect(['unavailable', 'internal', 'cancelled']).toContain((failure as { code: string }).code);
  });

  test('knows that nothing was sent where nobody listens', async () => {
    const { client, server } = await serve({});
    server.forceShutdown();
    await expect(client.invoke(write, 20_000)).rejects.toMatchObject({ code: 'refused' });
    await expect(client.invoke(write, 20_000)).rejects.toMatchObject({ code: 'refused' });
  });

  test('refuses what etcd has no word for, and everything once it is closed', async () => {
    const { client } = await serve({});
    await expect(client.invoke({ f: 'enqueue' }, 1000)).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('read, write, cas') as string,
    });
    await expect(client.invoke({ ...write, value: null }, 1000)).rejects.toMatchObject({
      code: 'bad-request',
    });
    await client.close();
    await expect(client.invoke(write, 1000)).rejects.toMatchObject({ code: 'closed' });
  });

  test.each([
    ['linearizable', false],
    ['serializable', true],
  ])(
    'reads %s where it is set so, and keeps what etcd says beside the value',
    async (reads, told) => {
      const value = Buffer.from('{"a":1}');
      const kv = { key: Buffer.from('k'), value, modRevision: '9', version: '2' };
      const asked: boolean[] = [];
      const Range: handleUnaryCall<{ serializable: boolean }, object> = (call, answer) => {
        asked.push(call.request.serializable);
        answer(null, { header, kvs: [kv] });
      };
      const { client } = await serve({ Range }, { reads });
      await expect(client.invoke({ f: 'read', key: 'k' }, 20_000)).resolves.toEqual({
        type: 'ok',
        value: { a: 1 },
        meta: { revision: 3, term: 4, member: '2', version: 9, changes: 2 },
      });
      expect(asked).toEqual([told]);
    },
  );
});
