import { ClientError } from '../../harness/contracts/client.js';
import type { Budget } from '../operations.js';
import type { Header } from './definitions.js';
import type { EtcdSession } from './session.js';

/**
 * Waits for the lock through etcd's own lock service. The revision at which it became ours is the fencing
 * token: our predecessor's key was deleted after its own token and before ours.
 */
export async function acquire(
  session: EtcdSession,
  name: string,
  budget: Budget,
): Promise<{ token: number; header: Header }> {
  if (session.locks.has(name)) throw new ClientError('held', `this client already holds "${name}"`);
  const lease = await session.lease(budget);
  const request = { name: Buffer.from(name), lease };
  const { key, header } = await session.connection.call('Lock.Lock', request, budget);
  session.locks.set(name, key);
  return { token: Number(header.revision), header };
}

/** Gives the lock back. What ended indefinitely counts as still held: a second release says more. */
export async function release(
  session: EtcdSession,
  name: string,
  key: Buffer,
  budget: Budget,
): Promise<Header> {
  const { header } = await session.connection.call('Lock.Unlock', { key }, budget);
  session.locks.delete(name);
  return header;
}
