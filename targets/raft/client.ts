import { ClientError } from '../../harness/contracts/client.js';
import type { Client, Completion, Invocation } from '../../harness/contracts/client.js';
import type { NodeConnection, NodeReply } from '../../harness/contracts/cluster.js';
import { FAMILIES } from '../../harness/contracts/operations/families/registry.js';
import { MISMATCH } from '../../harness/history/event.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import { fieldsOf, toError } from '../../nodes/replication/client-replies.js';
import { createDecoder } from '../client-kit/decoding.js';

/** The errors of a write of which another copy may learn more. */
const WORTH_A_RETRY: ReadonlySet<string> = new Set(['timeout', 'reset', 'leadership-lost']);

/** What an invocation becomes: a path of the API (see `api.ts`) and a body. */
interface Call {
  path: string;
  body: JsonObject;
  isWrite: boolean;
}

/** What a client of our Raft serves. */
export const RAFT_FAMILIES = [
  FAMILIES.register,
  FAMILIES.compareAndSet,
  FAMILIES.versions,
] as const;

const decode = createDecoder(RAFT_FAMILIES);

/** `meta` of a completion has what else the system said: version, revision, term. */
function toCall(invocation: Invocation, reads: string | undefined): Call {
  const asked = decode(invocation);
  const { key } = asked;
  switch (asked.f) {
    case 'read':
      return { path: '/get', body: { key, read: reads }, isWrite: false };
    case 'write':
      return { path: '/put', body: { key, value: asked.value }, isWrite: true };
    case 'cas': {
      const [expected, value] = asked.value;
      return { path: '/cas', body: { key, expected, value }, isWrite: true };
    }
    case 'cas-version': {
      const [version, value] = asked.value;
      return { path: '/cas-version', body: { key, version, value }, isWrite: true };
    }
  }
}

/**
 * A client of one node. Its writes are numbered within a session that it opens with the first, so that no
 * copy of a request can take effect twice. It never retries, unless it is made to: then it sends a write
 * once more where nobody knows what became of the first copy, which those numbers make safe.
 */
export class RaftClient implements Client {
  private session: JsonValue = null;
  private sequence = 0;

  /** `reads` is how reads are served; where it is not given, the nodes' own setting decides. */
  constructor(
    private readonly connection: NodeConnection,
    private readonly reads?: string,
    private readonly retries = false,
  ) {}

  async invoke(invocation: Invocation, timeoutMs: number): Promise<Completion> {
    const { path, body, isWrite } = toCall(invocation, this.reads);
    // The first write shares its time with the session.
    const needsSession = isWrite && this.session === null;
    const limitMs = needsSession ? timeoutMs / 2 : timeoutMs;
    if (needsSession) this.session = await this.openSession(limitMs);
    if (isWrite) Object.assign(body, { session: this.session, sequence: ++this.sequence });
    const send = async (withinMs: number): Promise<Completion> =>
      this.complete(invocation, await this.connection.request(path, body, withinMs));
    return isWrite && this.retries ? sendTwice(send, limitMs / 2) : send(limitMs);
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

/** Sends once more, unless the first answer is the last word. What is not answered then stays uncertain. */
async function sendTwice(
  send: (withinMs: number) => Promise<Completion>,
  withinMs: number,
): Promise<Completion> {
  try {
    return await send(withinMs);
  } catch (first) {
    if (!(first instanceof ClientError) || !WORTH_A_RETRY.has(first.code)) throw first;
    return send(withinMs).catch(() => {
      throw first;
    });
  }
}
