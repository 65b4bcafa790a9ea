import { ClientError } from '../../harness/contracts/client.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { HttpConnection } from '../../harness/network/http.js';
import { encodeValue } from '../client-kit/operations.js';
import { startBudget } from '../../harness/network/budget.js';
import type { Budget } from '../../harness/network/budget.js';
import { keepRenewing } from '../client-kit/renewal.js';
import type { LeaseLife } from '../client-kit/renewal.js';
import { fromAnswer } from './errors.js';
import type { Consistency } from './kv.js';

/** The shortest that Consul allows by default. */
export const DEFAULT_SESSION_TTL_SECONDS = '10';

const NOT_FOUND = 404;
const CONFLICT = 409;

/** The part of a transaction's answer that we read. */
interface TxnBody {
  Results: { KV: { ModifyIndex: number } }[] | null;
  Errors: { What: string }[] | null;
}

/** One step of a transaction: unlike `?acquire` and the like, it says the index. */
interface TxnStep {
  Verb: 'lock' | 'unlock' | 'check-session' | 'set';
  Key: string;
  Value?: string;
  Session?: string;
}

/** What one client has: a connection, and from its first lock on a session that it renews. */
export class ConsulSession {
  readonly http: HttpConnection;
  readonly consistency: Consistency;
  readonly #clock: Clock;
  readonly #life: LeaseLife;
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
    life: LeaseLife,
    clock: Clock,
  ) {
    this.http = http;
    this.consistency = consistency;
    this.#renewals = renewals;
    this.#life = life;
    this.#clock = clock;
  }

  /** Takes the lock, or throws `held`. The token is the raft index at which it became ours. */
  async acquire(name: string, budget: Budget): Promise<number> {
    if (this.#held.has(name)) throw new ClientError('held', `this client already holds "${name}"`);
    const session = this.#id ?? (await this.#open(budget));
    const token = await this.#transact([lockStep('lock', name, session)], budget);
    if (token === undefined) throw new ClientError('held', `"${name}" has a holder`);
    this.#held.add(name);
    return token;
  }

  /** Gives the lock back, or throws `not-held`. */
  async release(name: string, budget: Budget): Promise<number> {
    const session = this.#sessionHolding(name);
    const index = await this.#transact([lockStep('unlock', name, session)], budget);
    this.#held.delete(name);
    if (index === undefined) throw notHeld(name);
    return index;
  }

  /**
   * Writes where our session still holds the lock, which is looked at when the write is applied: the next holder has
   * it only after that session lost it. Throws `lock-lost` where it does not.
   */
  async writeFenced(name: string, value: Buffer, budget: Budget): Promise<number> {
    const session = this.#sessionHolding(name);
    const stands: TxnStep = { Verb: 'check-session', Key: lockKey(name), Session: session };
    const set: TxnStep = { Verb: 'set', Key: name, Value: value.toString('base64') };
    const index = await this.#transact([stands, set], budget);
    if (index === undefined) throw new ClientError('lock-lost', `the lock "${name}" is not ours`);
    return index;
  }

  /** Ends the renewing: the session, and the locks that it holds, run out in their own time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#renewal?.stop();
    await Promise.all([this.http.close(), this.#renewals.close()]);
  }

  #sessionHolding(name: string): string {
    if (this.#id === undefined || !this.#held.has(name)) throw notHeld(name);
    return this.#id;
  }

  /** All steps, or none: the index of the last one's key, or undefined where a step was refused. */
  async #transact(steps: readonly TxnStep[], budget: Budget): Promise<number | undefined> {
    const body = JSON.stringify(steps.map((step) => ({ KV: step })));
    const answer = await this.http.send({ method: 'PUT', path: '/v1/txn', body }, budget);
    if (answer.status !== 200 && answer.status !== CONFLICT) throw fromAnswer(answer);
    const { Results: results, Errors: errors } = JSON.parse(answer.text) as TxnBody;
    if (answer.status === 200 && results) return results.at(-1)?.KV.ModifyIndex;
    if (errors?.some(({ What: what }) => what.includes('invalid session'))) {
      this.#forget();
      throw new ClientError('invalid-session', 'the session has run out');
    }
    return undefined;
  }

  async #open(budget: Budget): Promise<string> {
    const body = JSON.stringify({
      TTL: `${this.#life.ttlMs / 1000}s`,
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
    const renew = (timeoutMs: number): Promise<boolean> => this.#renew(id, timeoutMs);
    this.#renewal = keepRenewing(this.#clock, this.#life, renew, () => this.#forget());
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

function lockKey(name: string): string {
  return `lock-${name}`;
}

function lockStep(verb: 'lock' | 'unlock', name: string, session: string): TxnStep {
  const value = encodeValue(session).toString('base64');
  return { Verb: verb, Key: lockKey(name), Value: value, Session: session };
}

function notHeld(name: string): ClientError {
  return new ClientError('not-held', `this client does not hold "${name}"`);
}
