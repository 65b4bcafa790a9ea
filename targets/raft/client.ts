import { ClientError } from '../../harness/contracts/client.js';
import type { Client, Completion, Invocation } from '../../harness/contracts/client.js';
import type { NodeConnection, NodeReply } from '../../harness/contracts/cluster.js';
import { MISMATCH } from '../../harness/history/event.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import { fieldsOf, pairOf, toError } from '../replication/client-replies.js';

/** What an invocation becomes: a path of the API (see `api.ts`) and a body. */
interface Call {
  path: string;
  body: JsonObject;
  isWrite: boolean;
}

/**
 * Operations and their values: `read`; `write` value; `cas` [from, to]; `cas-version` [version, to].
 * `meta` of a completion has what else the system said: version, revision, term.
 */
function toCall(invocation: Invocation, reads: string | undefined): Call {
  const { f, key = '', value = null } = invocation;
  switch (f) {
    case 'read':
      return { path: '/get', body: { key, read: reads }, isWrite: false };
    case 'write':
      return { path: '/put', body: { key, value }, isWrite: true };
    case 'cas': {
      const [expected, to] = pairOf(invocation);
      return { path: '/cas', body: { key, expected, value: to }, isWrite: true };
    }
    case 'cas-version': {
      const [version, to] = pairOf(invocation);
      return { path: '/cas-version', body: { key, version, value: to }, isWrite: true };
    }
    default:
      throw new ClientError('unsupported', `the client knows no operation ${f}`);
  }
}

/**
 * A client of one node. Its writes are numbered within a session that it opens with the first, so that no
 * copy of a request can take effect twice. It never retries.
 */
export class RaftClient implements Client {
  private session: JsonValue = null;
  private sequence = 0;

  /** `reads` is how reads are served; where it is not given, the nodes' own setting decides. */
  constructor(
    private readonly connection: NodeConnection,
    private readonly reads?: string,
  ) {}

  async invoke(invocation: Invocation, timeoutMs: number): Promise<Completion> {
    const { path, body, isWrite } = toCall(invocation, this.reads);
    // The first write shares its time with the session.
    const needsSession = isWrite && this.session === null;
    const limitMs = needsSession ? timeoutMs / 2 : timeoutMs;
    if (needsSession) this.session = await this.openSession(limitMs);
    if (isWrite) Object.assign(body, { session: this.session, sequence: ++this.sequence });
    const reply = await this.connection.request(path, body, limitMs);
    return this.complete(invocation, reply);
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** A write whose session could not be opened was never sent. */
  private async openSession(timeoutMs: number): Promise<JsonValue> {
    let reason: string;
    try {
      const reply = await this.connection.request('/session', {}, timeoutMs);
      if (reply.status === 200) {
        this.sequence = 0;
        return fieldsOf(reply).session ?? null;
      }
      reason = String(fieldsOf(reply).error);
    } catch (error) {
      reason = error instanceof ClientError ? error.code : String(error);
    }
    throw new ClientError('no-session', `no session could be opened: ${reason}`);
  }

  private complete(invocation: Invocation, reply: NodeReply): Completion {
    const { value = null, error, actual, version, revision, term } = fieldsOf(reply);
    const meta = { actual, version, revision, term };
    if (reply.status === 200) {
      return { type: 'ok', value: invocation.f === 'read' ? value : invocation.value, meta };
    }
    if (error === MISMATCH) return { type: 'fail', error: { code: MISMATCH }, meta };
    if (error === 'session-expired') this.session = null;
    throw toError(reply);
  }
}
