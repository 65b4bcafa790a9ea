import { ClientError } from '../../harness/contracts/client.js';
import type { Completion } from '../../harness/contracts/client.js';
import type { NodeConnection, NodeReply } from '../../harness/contracts/cluster.js';
import type { FAMILIES } from '../../harness/contracts/operations/families/registry.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import { fieldsOf, toError } from '../../nodes/replication/client-replies.js';
import type { Decoded } from '../client-kit/decoding.js';
import type { WatchEvent } from '../../nodes/zab/state/watches.js';

const SESSION_MS = 4000;

/**
 * The session of one client, opened when it is first needed, and what is done with it: `put` key value, `watch` and
 * `look` at a key, `hold` a key by an ephemeral node, `end`, `take` the session that is given. Their values have
 * the `session`, the `events` heard since the last success (keys), and the `version` that was seen. `holder`
 * needs no session: who holds the key, or null. Nor does `resume`: it looks at a key as a client that has seen the
 * `zxid` that is given, elsewhere; the `version` that is given with it is for whoever judges the answer.
 *
 * Where an answer is lost, events may be lost with it: the session is then given up, and the next one begins anew.
 */
export class ClientSession {
  private session: number | null = null;
  /** Absent until the session is connected. */
  private connectionId: JsonValue | undefined;
  private events: string[] = [];

  /** `stray` is a second connection, for a request that overtakes or is overtaken. */
  constructor(
    private readonly connection: NodeConnection,
    private readonly stray: NodeConnection,
  ) {}

  async invoke(asked: Decoded<typeof FAMILIES.sessions>, timeoutMs: number): Promise<Completion> {
    const { f, key } = asked;
    if (f === 'holder') return this.holder(key, timeoutMs);
    if (f === 'resume') return this.resume(key, asked.value.zxid, timeoutMs);
    if (f === 'take') return this.take(asked.value, timeoutMs);
    if (f === 'end') return this.end(key, timeoutMs);
    if (this.session === null) await this.open(timeoutMs / 4);
    const path = pathOf(f === 'hold' ? 'e' : 'k', key);
    switch (f) {
      case 'put': {
        const limitMs = timeoutMs / 4;
        const reply = await this.ask('/set', { path, value: asked.value }, limitMs);
        if (fieldsOf(reply).error !== 'no-node') return this.done(reply);
        return this.done(await this.ask('/create', { path, value: asked.value }, limitMs));
      }
      case 'hold': {
        const body = { path, value: null, ephemeral: true };
        return this.done(await this.ask('/create', body, timeoutMs / 2));
      }
      default: {
        const body = { path, sync: false, watch: f === 'watch' };
        return this.done(await this.ask('/get', body, timeoutMs / 2));
      }
    }
  }

  private async open(limitMs: number): Promise<void> {
    this.events = [];
    try {
      const reply = await this.connection.request('/session', { timeoutMs: SESSION_MS }, limitMs);
      if (reply.status !== 200) throw toError(reply);
      this.session = fieldsOf(reply).session as number;
      this.connectionId = fieldsOf(reply).connection;
    } catch (error) {
      const reason = error instanceof ClientError ? error.code : String(error);
      throw new ClientError('no-session', `no session could be opened: ${reason}`);
    }
  }

  private async holder(key: string, timeoutMs: number): Promise<Completion> {
    const { owner = null } = await this.look({ path: pathOf('e', key), sync: true }, timeoutMs);
    return { type: 'ok', value: owner };
  }

  private async resume(key: string, seenZxid: number, timeoutMs: number): Promise<Completion> {
    const body = { path: pathOf('k', key), sync: false, zxid: seenZxid };
    const { version = null, zxid } = await this.look(body, timeoutMs);
    return { type: 'ok', value: { version }, meta: { zxid } };
  }

  private async look(body: JsonObject, timeoutMs: number): Promise<JsonObject> {
    const reply = await this.connection.request('/get', body, timeoutMs);
    if (reply.status !== 200) throw toError(reply);
    return fieldsOf(reply);
  }

  private async take(session: number, timeoutMs: number): Promise<Completion> {
    this.session = session;
    this.events = [];
    this.connectionId = undefined;
    const reply = await this.ask('/connect', {}, timeoutMs);
    this.connectionId = fieldsOf(reply).connection;
    return this.done(reply);
  }

  /** A request to hold the key goes with the close, and may come before it or behind it. */
  private async end(key: string, timeoutMs: number): Promise<Completion> {
    const { session } = this;
    if (session === null) throw new ClientError('no-session', 'there is none to end');
    const path = pathOf('e', key);
    const connection = this.connectionId;
    const body = { path, value: null, ephemeral: true, session, connection };
    const [reply] = await Promise.all([
      this.ask('/close', {}, timeoutMs),
      this.stray.request('/create', body, timeoutMs).catch(() => undefined),
    ]);
    const completion = this.done(reply);
    this.session = null;
    return completion;
  }

  private async ask(path: string, body: JsonObject, limitMs: number): Promise<NodeReply> {
    try {
      const full = { ...body, session: this.session, connection: this.connectionId };
      const reply = await this.connection.request(path, full, limitMs);
      const { events = [] } = fieldsOf(reply);
      for (const event of events as WatchEvent[]) this.events.push(keyOf(event.path));
      return reply;
    } catch (error) {
      this.session = null;
      throw error;
    }
  }

  private done(reply: NodeReply): Completion {
    const { session } = this;
    if (reply.status !== 200) {
      const error = toError(reply);
      // What this session has here is lost; events that were on their way with it are too.
      if (error.code !== 'node-exists' && error.code !== 'no-node') this.session = null;
      throw error;
    }
    const { version = null, zxid } = fieldsOf(reply);
    const events = this.events.splice(0);
    return { type: 'ok', value: { session, events, version }, meta: { zxid } };
  }
}

function pathOf(kind: 'e' | 'k', key: string): string {
  return `/${kind}-${encodeURIComponent(key)}`;
}

function keyOf(path: string): string {
  return decodeURIComponent(path.slice('/k-'.length));
}
