import type { Completion } from '../../harness/contracts/client.js';
import { FAMILIES } from '../../harness/contracts/operations/families/registry.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import { decodeValue, encodeValue, mismatch, watchMs } from '../client-kit/operations.js';
import type { Operations } from '../client-kit/operations.js';
import type { Budget } from '../../harness/network/budget.js';
import type { Compare, Header, KeyValue, RequestOp } from './definitions.js';
import { acquire, heldLock, release, writeFenced } from './lock.js';
import type { EtcdSession } from './session.js';
import { watch } from './watch.js';

/** What a client of etcd's version 3 interface serves. */
export const ETCD_FAMILIES = [
  FAMILIES.register,
  FAMILIES.compareAndSet,
  FAMILIES.versions,
  FAMILIES.deletion,
  FAMILIES.watch,
  FAMILIES.lock,
  FAMILIES.fencing,
] as const;

type EtcdOperations = Operations<(typeof ETCD_FAMILIES)[number], EtcdSession>;

/** What etcd says with every result: the store's revision and the term of the member that answered. */
function metaOf(header: Header, kv?: KeyValue): JsonObject {
  return {
    revision: Number(header.revision),
    term: Number(header.raftTerm),
    member: header.memberId,
    ...(kv && { version: Number(kv.modRevision), changes: Number(kv.version) }),
  };
}

/** A write's own revision is the version of its key. */
function written(header: Header): Completion {
  return { type: 'ok', meta: { ...metaOf(header), version: Number(header.revision) } };
}

const read: EtcdOperations['read'] = async (session, call, budget) => {
  const { connection, settings } = session;
  const key = Buffer.from(call.key);
  const serializable = settings.reads === 'serializable';
  const { header, kvs } = await connection.call('KV.Range', { key, serializable }, budget);
  const value = kvs.length === 0 ? null : decodeValue(kvs[0].value);
  return { type: 'ok', value, meta: metaOf(header, kvs[0]) };
};

const write: EtcdOperations['write'] = async ({ connection }, call, budget) => {
  const key = Buffer.from(call.key);
  const value = encodeValue(call.value);
  const { header } = await connection.call('KV.Put', { key, value }, budget);
  return written(header);
};

const remove: EtcdOperations['delete'] = async ({ connection }, call, budget) => {
  const key = Buffer.from(call.key);
  const { header, deleted } = await connection.call('KV.DeleteRange', { key }, budget);
  return { type: 'ok', meta: { ...metaOf(header), deleted: Number(deleted) } };
};

const cas: EtcdOperations['cas'] = (session, call, budget) => {
  const [before, after] = call.value;
  const key = Buffer.from(call.key);
  const compare: Compare =
    before === null
      ? absent(key)
      : { key, target: 'VALUE', result: 'EQUAL', value: encodeValue(before) };
  return transact(session, compare, after, budget);
};

const casVersion: EtcdOperations['cas-version'] = (session, call, budget) => {
  const [version, after] = call.value;
  const key = Buffer.from(call.key);
  const compare: Compare =
    version === null
      ? absent(key)
      : { key, target: 'MOD', result: 'EQUAL', modRevision: String(version) };
  return transact(session, compare, after, budget);
};

/** A key that does not exist has version 0. A comparison of its value is false, whatever the value. */
function absent(key: Buffer): Compare {
  return { key, target: 'VERSION', result: 'EQUAL', version: '0' };
}

/** If the comparison holds, `after` (null deletes); else the value that made it fail, in one step. */
async function transact(
  { connection }: EtcdSession,
  compare: Compare,
  after: JsonValue,
  budget: Budget,
): Promise<Completion> {
  const { key } = compare;
  const change: RequestOp =
    after === null
      ? { requestDeleteRange: { key } }
      : { requestPut: { key, value: encodeValue(after) } };
  const request = { compare: [compare], success: [change], failure: [{ requestRange: { key } }] };
  const { header, succeeded, responses } = await connection.call('KV.Txn', request, budget);
  if (succeeded) return written(header);
  const seen = responses[0]?.responseRange?.kvs[0];
  const text = seen ? seen.value.toString() : 'no such key';
  return mismatch(`found ${text}`, metaOf(header, seen));
}

const watchKey: EtcdOperations['watch'] = async ({ connection }, call, budget) => {
  const key = Buffer.from(call.key);
  const { from = null, forMs } = call.value;
  const span = { from, forMs: watchMs(forMs, budget) };
  const { value, header } = await watch(connection, key, span, budget);
  return { type: 'ok', value: { ...value }, meta: metaOf(header) };
};

const acquireLock: EtcdOperations['acquire'] = async (session, call, budget) => {
  const { token, header } = await acquire(session, call.key, budget);
  return { type: 'ok', value: token, meta: metaOf(header) };
};

const releaseLock: EtcdOperations['release'] = async (session, call, budget) => {
  const name = call.key;
  const held = heldLock(session, name);
  return { type: 'ok', meta: metaOf(await release(session, name, held, budget)) };
};

const fencedWrite: EtcdOperations['fenced-write'] = async (session, call, budget) => {
  const value = encodeValue(call.value);
  return written(await writeFenced(session, call.key, value, budget));
};

/** What a client of etcd's version 3 interface can do. */
export const etcdOperations: EtcdOperations = {
  read,
  write,
  cas,
  'cas-version': casVersion,
  delete: remove,
  watch: watchKey,
  acquire: acquireLock,
  release: releaseLock,
  'fenced-write': fencedWrite,
};
