import type { Client } from '../../harness/contracts/client.js';
import type { Clock } from '../../harness/environment/environment.js';
import { HttpConnection } from '../../harness/network/http.js';
import { createOperationsClient } from '../client-kit/operations.js';
import { renewalShare } from '../client-kit/renewal.js';
import type { Consistency } from './kv.js';
import { CONSUL_FAMILIES, consulOperations } from './operations.js';
import { DEFAULT_SESSION_TTL_SECONDS, ConsulSession } from './session.js';

/**
 * A client of the server at this address, over plain HTTP. The npm package `consul` adds nothing that is
 * needed here, and hides the headers and the difference between `false` and no answer.
 */
export function createConsulClient(
  address: { host: string; port: number },
  settings: Readonly<Record<string, string>>,
  clock: Clock,
): Client {
  const consistency = settings.consistency as Consistency;
  const [http, renewals] = [0, 1].map(() => new HttpConnection(address, clock));
  const ttlMs = Number(settings['session-ttl-s'] ?? DEFAULT_SESSION_TTL_SECONDS) * 1000;
  const life = { ttlMs, renewAt: renewalShare(settings) };
  const session = new ConsulSession(http, renewals, consistency, life, clock);
  return createOperationsClient(session, CONSUL_FAMILIES, consulOperations, clock);
}
