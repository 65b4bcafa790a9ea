import type { Client } from '../../harness/contracts/client.js';
import type { Clock } from '../../harness/environment/environment.js';
import { createOperationsClient } from '../client-kit/operations.js';
import { renewalShare } from '../client-kit/renewal.js';
import { zooKeeperOperations } from './operations/operations.js';
import { ZOOKEEPER_FAMILIES } from './operations/znodes.js';
import { ZooKeeperSession } from './protocol/session.js';
import type { Address } from './protocol/session.js';

/** A client with a session of its own at this server. */
export function createZooKeeperClient(
  address: Address,
  settings: Readonly<Record<string, string>>,
  clock: Clock,
): Client {
  const timeoutMs = Number(settings['session-ms']);
  const session = new ZooKeeperSession(address, timeoutMs, clock, renewalShare(settings));
  const locks = new Map<string, string>();
  session.onExpired = () => locks.clear();
  const syncReads = settings.reads === 'sync';
  const state = { session, clock, syncReads, locks, close: () => session.close() };
  return createOperationsClient(state, ZOOKEEPER_FAMILIES, zooKeeperOperations, clock);
}
