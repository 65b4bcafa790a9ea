import { ClientError } from '../../harness/contracts/client.js';
import type { Changes } from '../../harness/contracts/operations/families/watch.js';
import { FAMILIES } from '../../harness/contracts/operations/families/registry.js';
import type { JsonValue } from '../../harness/json.js';
import { encodeValue, mismatch, watchMs } from '../client-kit/operations.js';
import type { Operations } from '../client-kit/operations.js';
import type { Budget } from '../../harness/network/budget.js';
import { get, put, remove } from './kv.js';
import type { Entry } from './kv.js';
import type { ConsulSession } from './session.js';

/** What a client of Consul serves. */
export const CONSUL_FAMILIES = [
  FAMILIES.register,
  FAMILIES.compareAndSet,
  FAMILIES.versions,
  FAMILIES.deletion,
  FAMILIES.watch,
  FAMILIES.lock,
  FAMILIES.fencing,
] as const;

type ConsulOperations = Operations<(typeof CONSUL_FAMILIES)[number], ConsulSession>;

const read: ConsulOperations['read'] = async ({ http, consistency }, call, budget) => {
  const { value, meta } = await get(http, call.key, consistency, budget);
  return { type: 'ok', value, meta };
};

const write: ConsulOperations['write'] = async ({ http }, call, budget) => {
  const body = encodeValue(call.value);
  await putAlways(http, call.key, body, budget);
  return { type: 'ok' };
};

/** A write without a condition is never refused; if it were, nobody could say what that means. */
async function putAlways(
  http: ConsulSession['http'],
  key: string,
  body: Buffer,
  budget: Budget,
): Promise<void> {
  if (await put(http, key, body, undefined, budget)) return;
  throw new ClientError('unknown', 'a write without a condition was answered with "false"');
}

const deleteKey: ConsulOperations['delete'] = async ({ http }, call, budget) => {
  await remove(http, call.key, undefined, budget);
  return { type: 'ok' };
};

/** Writes, or (null) deletes, where the key still has this version. */
function change(
  { http }: ConsulSession,
  key: string,
  version: number,
  after: JsonValue,
  budget: Budget,
): Promise<boolean> {
  if (after === null) return remove(http, key, version, budget);
  return put(http, key, encodeValue(after), version, budget);
}

/**
 * Consul compares ModifyIndexes, not values: so this looks first. The look is `consistent`, whatever the
 * setting is: a leader that asked a quorum gives it, so a value that differs there is a mismatch that was
 * seen. A version that has moved on since is a conflict: the value may be the same again.
 */
const cas: ConsulOperations['cas'] = async (session, call, budget) => {
  const [before, after] = call.value;
  const key = call.key;
  const { value, version, meta } = await get(session.http, key, 'consistent', budget);
  if (!encodeValue(value).equals(encodeValue(before))) {
    return mismatch(`found ${JSON.stringify(value)}`, meta);
  }
  if (await change(session, key, version, after, budget)) return { type: 'ok' };
  throw new ClientError('conflict', 'the key was changed after it was read');
};

/** Every server compares alike when it applies the entry: a refusal is a mismatch that was seen. */
const casVersion: ConsulOperations['cas-version'] = async (session, call, budget) => {
  const [version, after] = call.value;
  if (await change(session, call.key, version ?? 0, after, budget)) return { type: 'ok' };
  return mismatch('the ModifyIndex differs');
};

/**
 * A blocking query says what a key is now, not what it was in between. While there is no key, every write to
 * another one ends the query: then it is asked again.
 */
const watch: ConsulOperations['watch'] = async ({ http }, call, budget) => {
  const key = call.key;
  const { from } = call.value;
  const forMs = watchMs(call.value.forMs, budget);
  const first = await get(http, key, 'default', budget);
  const seen = from ?? positionOf(first);
  if (positionOf(first) > seen) return { type: 'ok', value: changedTo(first), meta: first.meta };
  const endMs = budget.remainingMs() - forMs;
  let last = first;
  do {
    const wait = { index: last.index, waitMs: Math.max(1, budget.remainingMs() - endMs) };
    last = await get(http, key, 'default', budget, wait);
  } while (first.value === null && last.value === null && budget.remainingMs() > endMs);
  const isChanged = positionOf(last) > seen && !(first.value === null && last.value === null);
  const value = isChanged ? changedTo(last) : { changes: [], next: seen };
  return { type: 'ok', value, meta: last.meta };
};

/** Where in the order of all writes this was seen. */
function positionOf({ value, version, index }: Entry): number {
  return value === null ? index : version;
}

function changedTo(entry: Entry): Changes {
  const position = positionOf(entry);
  return { changes: [{ value: entry.value, version: position }], next: position };
}

const acquire: ConsulOperations['acquire'] = async (session, call, budget) => ({
  type: 'ok',
  value: await session.acquire(call.key, budget),
});

const release: ConsulOperations['release'] = async (session, call, budget) => ({
  type: 'ok',
  meta: { index: await session.release(call.key, budget) },
});

const fencedWrite: ConsulOperations['fenced-write'] = async (session, call, budget) => {
  const value = encodeValue(call.value);
  const version = await session.writeFenced(call.key, value, budget);
  return { type: 'ok', meta: { version } };
};

/** What a client of Consul's key-value store can do. */
export const consulOperations: ConsulOperations = {
  read,
  write,
  cas,
  'cas-version': casVersion,
  delete: deleteKey,
  watch,
  acquire,
  release,
  'fenced-write': fencedWrite,
};
