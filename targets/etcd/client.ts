import type { Client } from '../../harness/contracts/client.js';
import type { Clock } from '../../harness/environment/environment.js';
import { HttpConnection } from '../../harness/network/http.js';
import { createOperationsClient } from '../client-kit/operations.js';
import { EtcdConnection } from './connection.js';
import { ETCD_FAMILIES, etcdOperations } from './operations.js';
import { EtcdSession } from './session.js';
import { ETCD_V2_FAMILIES, etcdV2Operations } from './v2.js';

/** A client of the node at this address; the setting `api` says which interface it speaks. */
export function createEtcdClient(
  address: { host: string; port: number },
  settings: Readonly<Record<string, string>>,
  clock: Clock,
): Client {
  if (settings.api !== 'v2') {
    const session = new EtcdSession(new EtcdConnection(address, clock), settings);
    return createOperationsClient(session, ETCD_FAMILIES, etcdOperations, clock);
  }
  const http = new HttpConnection(address, clock);
  const session = { http, quorumReads: settings.quorum === 'true', close: () => http.close() };
  return createOperationsClient(session, ETCD_V2_FAMILIES, etcdV2Operations, clock);
}
