import { isDeepStrictEqual } from 'node:util';
import { ClientError } from '../../harness/contracts/client.js';
import type { Client, Completion, Invocation } from '../../harness/contracts/client.js';
import type { NodeConnection, NodeReply } from '../../harness/contracts/cluster.js';
import { FAMILIES } from '../../harness/contracts/operations/families/registry.js';
import { MISMATCH } from '../../harness/history/event.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import { fieldsOf, toError } from '../../nodes/replication/client-replies.js';
import { createDecoder } from '../client-kit/decoding.js';
import { ClientSession } from './session-client.js';

/** What a client of our ZAB serves; for `sessions` see `ClientSession`. */
export const ZAB_FAMILIES = [
  FAMILIES.register,
  FAMILIES.compareAndSet,
  FAMILIES.versions,
  FAMILIES.sessions,
] as const;

const decode = createDecoder(ZAB_FAMILIES);

/** What a read found: no version where there is no znode. */
interface Found {
  value: JsonValue;
  version: number | undefined;
  meta: JsonObject;
}

/** One more request, with so much of the operation's time. */
type Ask = (path: string, body: JsonObject, share: number) => Promise<NodeReply>;

/**
 * A client of one server. A key is a znode below the root that is never removed, so its version only grows.
 * `meta` of a completion has what else the server said: version, zxid. It never retries: a refusal that is
 * certain may be followed by another request, each with a fixed share of the time, and nothing else is.
 */
export class ZabClient implements Client {
  private readonly session: ClientSession;

  /** `isSync`: reads ask the leader first. `stray` is a second connection, used by sessions. */
  constructor(
    private readonly connection: NodeConnection,
    private readonly stray: NodeConnection,
    private readonly isSync: boolean,
  ) {
    this.session = new ClientSession(connection, stray);
  }

  async invoke(invocation: Invocation, timeoutMs: number): Promise<Completion> {
    const asked = decode(invocation);
    const path = `/${encodeURIComponent(asked.key)}`;
    const ask: Ask = (request, body, share) =>
      this.connection.request(request, body, timeoutMs * share);
    switch (asked.f) {
      case 'read': {
        const { value: found, meta } = await look(ask, path, this.isSync, 1);
        return { type: 'ok', value: found, meta };
      }
      case 'write':
        return put(ask, path, asked.value);
      case 'cas': {
        const [before, after] = asked.value;
        return compareAndSet(ask, path, before, after);
      }
      case 'cas-version': {
        const [version, after] = asked.value;
        return compareVersion(ask, path, version, after);
      }
      default:
        return this.session.invoke(asked, timeoutMs);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.connection.close(), this.stray.close()]);
  }
}

async function look(ask: Ask, path: string, sync: boolean, share: number): Promise<Found> {
  const reply = await ask('/get', { path, sync }, share);
  if (reply.status !== 200) throw toError(reply);
  const { value = null, version, zxid } = fieldsOf(reply);
  return { value, version: version as number | undefined, meta: { version, zxid } };
}

/** Sets the value, or makes the znode where there is none. */
async function put(ask: Ask, path: string, value: JsonValue): Promise<Completion> {
  const reply = await ask('/set', { path, value }, 1 / 2);
  if (fieldsOf(reply).error !== 'no-node') return written(reply);
  const made = await ask('/create', { path, value }, 1 / 4);
  if (fieldsOf(made).error !== 'node-exists') return written(made);
  return written(await ask('/set', { path, value }, 1 / 4));
}

/**
 * Servers compare versions, not values: so this looks first, at the latest there is, and writes on condition
 * of the version that it saw.
 */
async function compareAndSet(
  ask: Ask,
  path: string,
  before: JsonValue,
  after: JsonValue,
): Promise<Completion> {
  const { value, version, meta } = await look(ask, path, true, 1 / 2);
  if (!isDeepStrictEqual(value, before)) {
    return { type: 'fail', error: { code: MISMATCH }, meta: { ...meta, actual: value } };
  }
  const reply =
    version === undefined
      ? await ask('/create', { path, value: after }, 1 / 2)
      : await ask('/set', { path, value: after, version }, 1 / 2);
  const { error } = fieldsOf(reply);
  // The version is another one, but the value may be the same again: no mismatch was seen.
  if (error === 'bad-version' || error === 'node-exists') {
    throw new ClientError('conflict', 'the znode was changed after it was read');
  }
  return written(reply);
}

/** `version` null: there must be no znode. */
async function compareVersion(
  ask: Ask,
  path: string,
  version: JsonValue,
  value: JsonValue,
): Promise<Completion> {
  const reply =
    version === null
      ? await ask('/create', { path, value }, 1)
      : await ask('/set', { path, value, version }, 1);
  const { error, version: actual } = fieldsOf(reply);
  if (error !== 'bad-version' && error !== 'node-exists' && error !== 'no-node') {
    return written(reply);
  }
  return { type: 'fail', error: { code: MISMATCH }, meta: { version: actual } };
}

function written(reply: NodeReply): Completion {
  if (reply.status !== 200) throw toError(reply);
  const { version, zxid } = fieldsOf(reply);
  return { type: 'ok', meta: { version, zxid } };
}
