import type { JsonObject, JsonValue } from '../../harness/json.js';
import type { HttpAnswer, HttpConnection } from '../../harness/network/http.js';
import { decodeValue } from '../client-kit/operations.js';
import type { Budget } from '../../harness/network/budget.js';
import { fromAnswer } from './errors.js';

/** How a read is served: by the leader, by a leader that asked a quorum first, by any server. */
export type Consistency = 'default' | 'consistent' | 'stale';

/** What a read found, with what Consul says beside it. */
export interface Entry {
  /** Null where there is no such key. */
  value: JsonValue;
  /** ModifyIndex: the raft index of the last write to the key; 0 where there is none. */
  version: number;
  /** X-Consul-Index: what a blocking query goes on from. */
  index: number;
  meta: JsonObject;
}

interface Row {
  Value: string | null;
  ModifyIndex: number;
  CreateIndex: number;
  LockIndex: number;
}

const NOT_FOUND = 404;

function pathOf(key: string): string {
  return `/v1/kv/${encodeURIComponent(key)}`;
}

/** Reads a key; `wait` makes it a blocking query: until the index is past that one, or `waitMs` is over. */
export async function get(
  http: HttpConnection,
  key: string,
  consistency: Consistency,
  budget: Budget,
  wait?: { index: number; waitMs: number },
): Promise<Entry> {
  const query = {
    [consistency]: consistency === 'default' ? undefined : '',
    index: wait && String(wait.index),
    wait: wait && `${Math.max(1, Math.round(wait.waitMs))}ms`,
  };
  const answer = await http.send({ method: 'GET', path: pathOf(key), query }, budget);
  if (answer.status !== 200 && answer.status !== NOT_FOUND) throw fromAnswer(answer);
  return entryOf(answer);
}

/** Writes a key, where its ModifyIndex is `cas` (0: there is none). False: it is another one. */
export async function put(
  http: HttpConnection,
  key: string,
  body: Buffer,
  cas: number | undefined,
  budget: Budget,
): Promise<boolean> {
  const query = { cas: cas === undefined ? undefined : String(cas) };
  return truth(await http.send({ method: 'PUT', path: pathOf(key), query, body }, budget));
}

/** Removes a key, where its ModifyIndex is `cas`. False: it is another one. */
export async function remove(
  http: HttpConnection,
  key: string,
  cas: number | undefined,
  budget: Budget,
): Promise<boolean> {
  const query = { cas: cas === undefined ? undefined : String(cas) };
  return truth(await http.send({ method: 'DELETE', path: pathOf(key), query }, budget));
}

/** Only the words themselves count: anything else is an answer that we do not understand. */
function truth(answer: HttpAnswer): boolean {
  const word = answer.text.trim();
  if (answer.status !== 200 || (word !== 'true' && word !== 'false')) throw fromAnswer(answer);
  return word === 'true';
}

function entryOf(answer: HttpAnswer): Entry {
  const number = (name: string): number => Number(answer.header(name) ?? 0);
  const index = number('x-consul-index');
  const beside = {
    index,
    lastContactMs: number('x-consul-lastcontact'),
    knownLeader: answer.header('x-consul-knownleader') === 'true',
  };
  if (answer.status === NOT_FOUND) return { value: null, version: 0, index, meta: beside };
  const [row] = JSON.parse(answer.text) as Row[];
  return {
    value: decodeValue(Buffer.from(row.Value ?? '', 'base64')),
    version: row.ModifyIndex,
    index,
    meta: { ...beside, version: row.ModifyIndex, created: row.CreateIndex, lock: row.LockIndex },
  };
}
