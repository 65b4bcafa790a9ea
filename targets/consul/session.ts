import { ClientError } from '../../harness/contracts/client.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { HttpConnection } from '../http.js';
import { encodeValue, startBudget } from '../operations.js';
import type { Budget } from '../operations.js';
import { keepRenewing } from '../renewal.js';
import { fromAnswer } from './errors.js';
import type { Consistency } from './kv.js';

/** The shortest that Consul allows by default; it may take twice as long. */
const SESSION_TTL_SECONDS = 10;

const NOT_FOUND = 404;
const CONFLICT = 409;

/** The part of a transaction's answer that we read. */
interface TxnBody {
  Results: { KV: { ModifyIndex: number } }[] | null;
  Errors: { What: string }[] | null;
}

/** What one client has: a connection, and from its first lock on a session that it renews. */
export class ConsulSession {
  readonly http: HttpConnection;
  readonly consistency: Consistency;
  readonly #clock: Clock;
  readonly #renewals: HttpConnection;
  readonly #held = new Set<string>();
  #id: string | undefined;
  #renewal: { stop(): void } | undefined;
  #isClosed = false;

  /** Renewals have a connection of their own, because HTTP's requests wait for each other. */
  constructor(
    http: HttpConnection,
    renewals: HttpConnection,
    consistency: Consistency,
    clock: Clock,
  ) {
    this.http = http;
    this.consistency = consistency;
    this.#renewals = renewals;
    this.#clock = clock;
  }

  /** Takes the lock, or throws `held`. The token is the raft index at which it became ours. */
  async acquire(name: string, budget: Budget): Promise<number> {
    if (this.#held.has(name)) throw new ClientError('held', `this client already holds "${name}"`);
    const session = this.#id ?? (await this.#open(budget));
    const token = await this.#lockOperation('lock', name, session, budget);
    if (token === undefined) throw new ClientError('held', `"${name}" has a holder`);
    this.#held.add(name);
    return token;
  }

  /** Gives the lock back, or throws `not-held`. */
  async release(name: string, budget: Budget): Promise<number> {
    const session = this.#id;
    const known = session !== undefined && this.#held.has(name);
    const index = known ? await this.#lockOperation('unlock', name, session, budget) : undefined;
    if (known) this.#held.delete(name);
    if (index === undefined)
      throw new ClientError('not-held', `this client does not hold "${name}"`);
    return index;
  }

  /** Ends the renewing: the session, and the locks that it holds, run out in their own time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#renewal?.stop();
    await Promise.all([this.http.close(), this.#renewals.close()]);
  }

  /** One step of a transaction: unlike `?acquire`, it says the index. Undefined where it is refused. */
  async #lockOperation(
    verb: 'lock' | 'unlock',
    name: string,
    session: string,
    budget: Budget,
  ): Promise<number | undefined> {
    const value = encodeValue(session).toString('base64');
    const operation = { Verb: verb, Key: `lock-${name}`, Value: value, Session: session };
    const body = JSON.stringify([{ KV: operation }]);
    const answer = await this.http.send({ method: 'PUT', path: '/v1/txn', body }, budget);
    if (answer.status !== 200 && answer.status !== CONFLICT) throw fromAnswer(answer);
    const { Results: results, Errors: errors } = JSON.parse(answer.text) as TxnBody;
    if (answer.status === 200 && results) return results[0].KV.ModifyIndex;
    if (errors?.some(({ What: what }) => what.includes('invalid session'))) {
      this.#forget();
      throw new ClientError('invalid-session', 'the session has run out');
    }
    return undefined;
  }

  async #open(budget: Budget): Promise<string> {
    const body = JSON.stringify({
      TTL: `${SESSION_TTL_SECONDS}s`,
      LockDelay: '0s',
      Behavior: 'release',
    });
    const request = { method: 'PUT', path: '/v1/session/create', body } as const;
    const answer = await this.http.send(request, budget);
    if (answer.status !== 200) throw fromAnswer(answer);
    const { ID: id } = JSON.parse(answer.text) as { ID: string };
    // Made for a client that was closed meanwhile, it runs out.
    if (this.#isClosed) throw new ClientError('closed', 'the client was closed');
    this.#id = id;
    const ttlMs = SESSION_TTL_SECONDS * 1000;
    const renew = (timeoutMs: number): Promise<boolean> => this.#renew(id, timeoutMs);
    this.#renewal = keepRenewing(this.#clock, ttlMs, renew, () => this.#forget());
    return id;
  }

  async #renew(id: string, timeoutMs: number): Promise<boolean> {
    const request = { method: 'PUT', path: `/v1/session/renew/${id}` } as const;
    const answer = await this.#renewals.send(request, startBudget(this.#clock, timeoutMs));
    if (answer.status !== 200 && answer.status !== NOT_FOUND) throw fromAnswer(answer);
    return answer.status === 200;
  }

  #forget(): void {
    this.#renewal?.stop();
    this.#id = undefined;
    this.#held.clear();
  }
}
