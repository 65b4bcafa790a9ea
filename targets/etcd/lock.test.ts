import { expect, test } from 'vitest';
import { createRealClock } from '../../harness/environment/real.js';
import { startBudget } from '../../harness/network/budget.js';
import type { EtcdConnection } from './connection.js';
import { writeFenced } from './lock.js';
import { EtcdSession } from './session.js';

const header = { clusterId: '1', memberId: '2', revision: '3', raftTerm: '4' };

/** A session that holds "l", at a store that finds its key there or not; and what the store is asked. */
function holding(succeeded: boolean): { session: EtcdSession; asked: object[] } {
  const asked: object[] = [];
  const connection: Pick<EtcdConnection, 'call'> = {
    call: (_name, request) => {
      asked.push(request);
      return Promise.resolve({ header, succeeded, responses: [] } as never);
    },
  };
  const session = new EtcdSession(connection as EtcdConnection, {});
  session.locks.set('l', Buffer.from('l/7f'));
  return { session, asked };
}

const write = (session: EtcdSession): Promise<object> =>
  writeFenced(session, 'l', Buffer.from('5'), startBudget(createRealClock(), 1_000));

test('a fenced write is one transaction that looks for the key of the lock', async () => {
  const { session, asked } = holding(true);
  expect(await write(session)).toEqual(header);
  expect(asked).toEqual([
    {
      compare: [{ key: Buffer.from('l/7f'), target: 'VERSION', result: 'GREATER', version: '0' }],
      success: [{ requestPut: { key: Buffer.from('l'), value: Buffer.from('5') } }],
      failure: [],
    },
  ]);
});

test('a lock whose key is gone is lost, and a lock that was never taken is not held', async () => {
  await expect(write(holding(false).session)).rejects.toMatchObject({ code: 'lock-lost' });
  const { session, asked } = holding(true);
  session.locks.clear();
  await expect(write(session)).rejects.toMatchObject({ code: 'not-held' });
  expect(asked).toEqual([]);
});
