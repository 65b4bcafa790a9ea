import { ClientError } from '../../harness/contracts/client.js';
import type { Budget } from '../../harness/network/budget.js';
import type { Compare, Header } from './definitions.js';
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

/**
 * Writes where this client's lock still stands: the store looks for the lock's key when it applies the write, and
 * the next holder has the lock only after that key is gone. Throws `lock-lost` where it stands no more.
 */
export async function writeFenced(
  session: EtcdSession,
  name: string,
  value: Buffer,
  budget: Budget,
): Promise<Header> {
  const lock = heldLock(session, name);
  const key = Buffer.from(name);
  const stands: Compare = { key: lock, target: 'VERSION', result: 'GREATER', version: '0' };
  const request = { compare: [stands], success: [{ requestPut: { key, value } }], failure: [] };
  const { header, succeeded } = await session.connection.call('KV.Txn', request, budget);
  if (!succeeded) throw new ClientError('lock-lost', `the key of the lock "${name}" is gone`);
  return header;
}

/** The key that stands for this client's lock. Throws `not-held` where it holds none. */
export function heldLock({ locks }: EtcdSession, name: string): Buffer {
  const held = locks.get(name);
  if (!held) throw new ClientError('not-held', `this client does not hold "${name}"`);
  return held;
}
