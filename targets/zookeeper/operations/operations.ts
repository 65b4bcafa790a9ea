import { ClientError } from '../../../harness/contracts/client.js';
import type { Completion } from '../../../harness/contracts/client.js';
import type { JsonObject, JsonValue } from '../../../harness/json.js';
import { decodeValue, encodeValue, mismatch, watchMs } from '../../client-kit/operations.js';
import type { Budget } from '../../../harness/network/budget.js';
import { zooKeeperErrorCode } from '../protocol/errors.js';
import type { ZooKeeperErrorCode } from '../protocol/errors.js';
import type { Stat } from '../protocol/records.js';
import * as requests from '../protocol/requests.js';
import type { ZooKeeperSession } from '../protocol/session.js';
import { acquire, fencedWrite, release } from './lock.js';
import { watchData } from './watch.js';
import { DELETED, answeredCode, metaOf, pathOf } from './znodes.js';
import type { ZooKeeperOperations } from './znodes.js';

/** What a read found: no version where there is no znode. */
interface Found {
  value: JsonValue;
  version: number | undefined;
}

const read: ZooKeeperOperations['read'] = async ({ session, syncReads }, call, budget) => {
  const path = pathOf('key', call.key);
  if (syncReads) await session.request(requests.sync(path), budget);
  const { found, meta } = await look(session, path, budget);
  return { type: 'ok', value: found.value, meta };
};

/** What this server has: possibly not the latest. */
async function look(
  session: ZooKeeperSession,
  path: string,
  budget: Budget,
): Promise<{ found: Found; meta: JsonObject }> {
  try {
    const reply = await session.request(requests.getData(path), budget);
    const { data, stat } = reply.value;
    const value = data.length === 0 ? null : decodeValue(data);
    return { found: { value, version: stat.version }, meta: metaOf(session, reply, stat) };
  } catch (error) {
    if (answeredCode(error) !== 'no-node') throw error;
    const meta = { zxid: Number(session.lastZxid), session: session.id };
    return { found: { value: null, version: undefined }, meta };
  }
}

const write: ZooKeeperOperations['write'] = ({ session }, call, budget) =>
  put(session, pathOf('key', call.key), encodeValue(call.value), budget);

const remove: ZooKeeperOperations['delete'] = ({ session }, call, budget) =>
  put(session, pathOf('key', call.key), DELETED, budget);

/** Sets the data, or makes the znode where there is none. Each refusal is certain, so the next step may follow. */
async function put(
  session: ZooKeeperSession,
  path: string,
  data: Buffer,
  budget: Budget,
): Promise<Completion> {
  const set = (): Promise<Completion> => change(session, requests.setData(path, data), budget);
  try {
    return await set();
  } catch (error) {
    if (answeredCode(error) !== 'no-node') throw error;
  }
  try {
    return await make(session, path, data, budget);
  } catch (error) {
    if (answeredCode(error) !== 'node-exists') throw error;
  }
  return set();
}

async function change(
  session: ZooKeeperSession,
  request: requests.Request<Stat>,
  budget: Budget,
): Promise<Completion> {
  const reply = await session.request(request, budget);
  return { type: 'ok', meta: metaOf(session, reply, reply.value) };
}

/** A znode's version starts at 0. */
async function make(
  session: ZooKeeperSession,
  path: string,
  data: Buffer,
  budget: Budget,
): Promise<Completion> {
  const reply = await session.request(requests.create(path, data), budget);
  return { type: 'ok', meta: { ...metaOf(session, reply), version: 0 } };
}

/**
 * ZooKeeper compares versions, not values: so this looks first, at what its own server has, which may be
 * stale, and nothing is concluded from that look alone. A write on condition of the version that was seen, or
 * a `check` of it, goes through the leader and a quorum, and says whether what was seen was still true.
 */
const cas: ZooKeeperOperations['cas'] = async ({ session }, call, budget) => {
  const [before, after] = call.value;
  return compareAndSet(session, pathOf('key', call.key), before, after, budget);
};

async function compareAndSet(
  session: ZooKeeperSession,
  path: string,
  before: JsonValue,
  after: JsonValue,
  budget: Budget,
): Promise<Completion> {
  const { found, meta } = await look(session, path, budget);
  if (!encodeValue(found.value).equals(encodeValue(before))) {
    await confirm(session, path, found, budget);
    return mismatch(`found ${JSON.stringify(found.value)}`, meta);
  }
  const data = after === null ? DELETED : encodeValue(after);
  try {
    if (found.version === undefined) return await make(session, path, data, budget);
    return await change(session, requests.setData(path, data, found.version), budget);
  } catch (error) {
    const code = answeredCode(error);
    if (code !== 'bad-version' && code !== 'node-exists') throw error;
    // The version is another one, but the value may be the same again: no mismatch was seen.
    throw new ClientError('conflict', 'the znode was changed after it was read');
  }
}

/** Throws `conflict` unless what was found is still so, seen by a transaction. */
async function confirm(
  session: ZooKeeperSession,
  path: string,
  found: Found,
  budget: Budget,
): Promise<void> {
  const failure = await checkVersion(session, path, found.version, budget);
  const expected = found.version === undefined ? 'no-node' : undefined;
  if (failure === expected) return;
  if (failure === undefined || failure === 'no-node' || failure === 'bad-version') {
    throw new ClientError('conflict', 'the znode was changed after it was read');
  }
  throw new ClientError(failure, `the check of the version failed with ${failure}`);
}

/** The error of a `check` as a transaction of its own; undefined where it held. */
async function checkVersion(
  session: ZooKeeperSession,
  path: string,
  version: number | undefined,
  budget: Budget,
): Promise<ZooKeeperErrorCode | undefined> {
  const { value } = await session.request(requests.multi([requests.check(path, version)]), budget);
  const [result] = value;
  return result.ok ? undefined : zooKeeperErrorCode(result.error);
}

const casVersion: ZooKeeperOperations['cas-version'] = async ({ session }, call, budget) => {
  const [version, after] = call.value;
  const path = pathOf('key', call.key);
  if (version === null) return compareAndSet(session, path, null, after, budget);
  const data = after === null ? DELETED : encodeValue(after);
  try {
    return await change(session, requests.setData(path, data, version), budget);
  } catch (error) {
    const code = answeredCode(error);
    if (code === 'bad-version' || code === 'no-node') return mismatch(`the version differs`);
    throw error;
  }
};

const watch: ZooKeeperOperations['watch'] = async ({ session, clock }, call, budget) => {
  const path = pathOf('key', call.key);
  const { from = null, forMs } = call.value;
  const span = { from, forMs: watchMs(forMs, budget) };
  const { value, zxid } = await watchData(session, clock, path, span, budget);
  return { type: 'ok', value: { ...value }, meta: { zxid: Number(zxid), session: session.id } };
};

/** What a client of ZooKeeper can do. */
export const zooKeeperOperations: ZooKeeperOperations = {
  read,
  write,
  cas,
  'cas-version': casVersion,
  delete: remove,
  watch,
  acquire,
  release,
  'fenced-write': fencedWrite,
};
