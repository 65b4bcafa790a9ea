import { ClientError } from '../../harness/contracts/client.js';
import { startBudget, within } from '../../harness/network/budget.js';
import type { Budget } from '../../harness/network/budget.js';
import { keepRenewing, renewalShare } from '../client-kit/renewal.js';
import type { EtcdConnection } from './connection.js';

export const DEFAULT_LEASE_SECONDS = '10';

/** What one client has: a connection, and from its first lock on a lease that it keeps alive. */
export class EtcdSession {
  readonly connection: EtcdConnection;
  readonly settings: Readonly<Record<string, string>>;
  /** How long a lease of ours outlives its client. */
  readonly #leaseSeconds: number;
  /** The keys that stand for the locks that this client holds, by the locks' names. */
  readonly locks = new Map<string, Buffer>();
  #lease: string | undefined;
  #renewal: { stop(): void } | undefined;
  #isClosed = false;

  constructor(connection: EtcdConnection, settings: Readonly<Record<string, string>>) {
    this.connection = connection;
    this.settings = settings;
    this.#leaseSeconds = Number(settings['lease-s'] ?? DEFAULT_LEASE_SECONDS);
  }

  /** The lease of this client; asked for once, and again after it was lost. */
  async lease(budget: Budget): Promise<string> {
    if (this.#lease !== undefined) return this.#lease;
    const request = { TTL: String(this.#leaseSeconds) };
    const { ID } = await this.connection.call('Lease.LeaseGrant', request, budget);
    // Granted to a client that was closed meanwhile, it runs out.
    if (this.#isClosed) throw new ClientError('closed', 'the client was closed');
    this.#lease = ID;
    const renew = async (timeoutMs: number): Promise<boolean> =>
      (await refreshLease(this.connection, ID, timeoutMs)) > 0;
    const { clock } = this.connection;
    const life = { ttlMs: this.#leaseSeconds * 1000, renewAt: renewalShare(this.settings) };
    this.#renewal = keepRenewing(clock, life, renew, () => this.#forget());
    return ID;
  }

  /** Ends the keeping alive; what the lease holds ends with it, in its own time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#renewal?.stop();
    await this.connection.close();
  }

  #forget(): void {
    this.#lease = undefined;
    this.locks.clear();
  }
}

/** The seconds that the lease has from now on; 0 where it is gone. */
async function refreshLease(
  connection: EtcdConnection,
  lease: string,
  timeoutMs: number,
): Promise<number> {
  const budget = startBudget(connection.clock, timeoutMs);
  const stream = await connection.stream('Lease.LeaseKeepAlive', budget);
  const answered = new Promise<number>((resolve, reject) => {
    stream.on('data', (answer: { TTL: string }) => resolve(Number(answer.TTL)));
    stream.on('error', reject);
    stream.write({ ID: lease });
  });
  try {
    return await within(connection.clock, budget, answered);
  } finally {
    stream.cancel();
  }
}
