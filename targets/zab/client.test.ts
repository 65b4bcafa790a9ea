import { describe, expect, it } from 'vitest';
import type { Completion } from '../../harness/contracts/client.js';
import type { NodeConnection } from '../../harness/contracts/cluster.js';
import { createRandom } from '../../harness/environment/random.js';
import type { JsonValue } from '../../harness/json.js';
import { awaitLeader } from '../../nodes/replication/testing/asking.js';
import { TestNetwork } from '../../nodes/replication/testing/network.js';
import { ZabClient } from './client.js';
import { ZAB_SYSTEM } from '../../nodes/zab/testing/chaos.js';

/** Three servers with a leader. */
function createEnsemble(): TestNetwork {
  const members = ['n1', 'n2', 'n3'];
  const network = new TestNetwork({ system: ZAB_SYSTEM, members, random: createRandom(1) });
  for (const name of members) network.restart(name);
  awaitLeader(network);
  return network;
}

/** Time runs while a client waits. */
function connect(network: TestNetwork, server: string): NodeConnection {
  return {
    request: (path, body) =>
      new Promise((resolve) => {
        network.request(server, path, body, resolve);
        // A request that is sent with another one is under way before time goes on.
        void Promise.resolve().then(() => network.run(200));
      }),
    close: () => Promise.resolve(),
  };
}

function clientOf(network: TestNetwork, server: string): ZabClient {
  return new ZabClient(connect(network, server), connect(network, server), true);
}

describe('the client', () => {
  const ask = (
    client: ZabClient,
    f: string,
    key: string,
    value: JsonValue = null,
  ): Promise<Completion> => client.invoke({ f, key, value }, 1000);

  it('reads, writes and compares, through any server', async () => {
    const network = createEnsemble();
    const [a, b] = [clientOf(network, 'n1'), clientOf(network, 'n2')];
    expect(await ask(a, 'read', 'x')).toMatchObject({ type: 'ok', value: null });
    expect(await ask(a, 'write', 'x', 1)).toMatchObject({ type: 'ok', meta: { version: 0 } });
    expect(await ask(b, 'write', 'x', 2)).toMatchObject({ type: 'ok', meta: { version: 1 } });
    expect(await ask(a, 'cas', 'x', [1, 3])).toMatchObject({
      type: 'fail',
      error: { code: 'mismatch' },
      meta: { actual: 2 },
    });
    expect(await ask(a, 'cas', 'x', [2, 3])).toMatchObject({ type: 'ok' });
    expect(await ask(b, 'cas-version', 'x', [1, 4])).toMatchObject({ type: 'fail' });
    expect(await ask(b, 'cas-version', 'x', [2, 4])).toMatchObject({ type: 'ok' });
    expect(await ask(a, 'read', 'x')).toMatchObject({ type: 'ok', value: 4 });
    await expect(ask(a, 'dance', 'x')).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('is told of a change with the new data', async () => {
    const network = createEnsemble();
    const [a, b] = [clientOf(network, 'n1'), clientOf(network, 'n2')];
    const seen = await ask(a, 'watch', 'x');
    expect(seen.value).toMatchObject({ version: null, events: [] });
    await ask(b, 'put', 'x', 1);
    expect((await ask(a, 'look', 'x')).value).toMatchObject({ version: 0, events: ['x'] });
    expect((await ask(a, 'look', 'x')).value).toMatchObject({ version: 0, events: [] });
  });

  it('holds a key until its session ends, and loses a session that another one takes', async () => {
    const network = createEnsemble();
    const [a, b] = [clientOf(network, 'n1'), clientOf(network, 'n2')];
    const { session } = (await ask(a, 'hold', 'lock')).value as { session: number };
    expect(await ask(b, 'holder', 'lock')).toMatchObject({ value: session });
    await expect(ask(b, 'hold', 'lock')).rejects.toMatchObject({ code: 'node-exists' });
    expect(await ask(b, 'take', '', session)).toMatchObject({ type: 'ok', value: { session } });
    await expect(ask(a, 'put', 'x', 1)).rejects.toMatchObject({ code: 'session-moved' });
    expect(await ask(b, 'end', 'other')).toMatchObject({ type: 'ok', value: { session } });
    expect(await ask(b, 'holder', 'lock')).toMatchObject({ value: null });
    await expect(ask(b, 'end', 'other')).rejects.toMatchObject({ code: 'no-session' });
  });

  it('goes on from where another one got to, or is refused', async () => {
    const network = createEnsemble();
    const [a, b] = [clientOf(network, 'n1'), clientOf(network, 'n2')];
    const { meta } = await ask(a, 'put', 'x', 1);
    const zxid = meta?.zxid as number;
    await b.invoke({ f: 'holder', key: 'other' }, 1000);
    expect(await ask(b, 'resume', 'x', { version: 0, zxid })).toMatchObject({
      type: 'ok',
      value: { version: 0 },
    });
    const ahead = { version: 1, zxid: zxid + 1 };
    await expect(ask(b, 'resume', 'x', ahead)).rejects.toMatchObject({ code: 'behind' });
  });
});
