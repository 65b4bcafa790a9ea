import { ClientError } from '../../harness/contracts/client.js';
import type { Completion } from '../../harness/contracts/client.js';
import { FAMILIES } from '../../harness/contracts/operations/families/registry.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import type { HttpAnswer, HttpConnection, HttpRequest } from '../../harness/network/http.js';
import { decodeValue, encodeValue, mismatch } from '../client-kit/operations.js';
import type { Operations } from '../client-kit/operations.js';
import type { Budget } from '../../harness/network/budget.js';
import type { EtcdErrorCode } from './errors.js';

/** What version 2 of the interface needs: plain HTTP, and whether reads ask a quorum. */
export interface EtcdV2Session {
  http: HttpConnection;
  quorumReads: boolean;
  close(): Promise<void>;
}

/** What a client of the version 2 interface serves. */
export const ETCD_V2_FAMILIES = [
  FAMILIES.register,
  FAMILIES.compareAndSet,
  FAMILIES.versions,
  FAMILIES.deletion,
] as const;

type EtcdV2Operations = Operations<(typeof ETCD_V2_FAMILIES)[number], EtcdV2Session>;

/** An answer of `/v2/keys`: a node, or an error. Written after etcd's Documentation/v2/api.md. */
interface V2Body {
  node?: { value?: string; modifiedIndex: number };
  errorCode?: number;
  message?: string;
  cause?: string;
}

const KEY_NOT_FOUND = 100;
const COMPARE_FAILED = 101;
const KEY_EXISTS = 105;

/** Errors by number (api/v2error/error.go). What is not here is `unknown`. */
const CODES: Readonly<Record<number, EtcdErrorCode>> = {
  201: 'invalid-argument',
  202: 'invalid-argument',
  203: 'invalid-argument',
  209: 'invalid-argument',
  300: 'raft-internal',
  301: 'leader-election',
};

async function exchange(
  session: EtcdV2Session,
  key: string,
  request: Pick<HttpRequest, 'method' | 'query' | 'body'>,
  budget: Budget,
): Promise<{ body: V2Body; meta: JsonObject }> {
  const path = `/v2/keys/${encodeURIComponent(key)}`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await session.http.send({ path, headers, ...request }, budget);
  const body = parse(answer);
  return { body, meta: metaOf(answer, body) };
}

function parse(answer: HttpAnswer): V2Body {
  try {
    return JSON.parse(answer.text) as V2Body;
  } catch {
    const code = answer.status === 404 ? 'unimplemented' : 'unknown';
    throw new ClientError(code, `HTTP ${answer.status}: ${answer.text.slice(0, 200)}`);
  }
}

function metaOf(answer: HttpAnswer, { node }: V2Body): JsonObject {
  const number = (name: string): number | undefined => {
    const text = answer.header(name);
    return text === undefined ? undefined : Number(text);
  };
  return {
    revision: number('x-etcd-index'),
    raftIndex: number('x-raft-index'),
    term: number('x-raft-term'),
    version: node?.modifiedIndex,
  };
}

function errorOf({ errorCode = 0, message = '', cause = '' }: V2Body): ClientError {
  const code = Object.hasOwn(CODES, errorCode) ? CODES[errorCode] : 'unknown';
  return new ClientError(code, `${errorCode} ${message}: ${cause}`);
}

const read: EtcdV2Operations['read'] = async (session, call, budget) => {
  const query = { quorum: String(session.quorumReads) };
  const request = { method: 'GET', query } as const;
  const { body, meta } = await exchange(session, call.key, request, budget);
  if (body.errorCode === KEY_NOT_FOUND) return { type: 'ok', value: null, meta };
  if (body.errorCode !== undefined) throw errorOf(body);
  return { type: 'ok', value: decodeValue(Buffer.from(body.node?.value ?? '')), meta };
};

const write: EtcdV2Operations['write'] = (session, call, budget) =>
  change(session, call.key, {}, call.value, budget);

const cas: EtcdV2Operations['cas'] = (session, call, budget) => {
  const [before, after] = call.value;
  const query: Condition =
    before === null ? { prevExist: 'false' } : { prevValue: encodeValue(before).toString() };
  return change(session, call.key, query, after, budget);
};

const casVersion: EtcdV2Operations['cas-version'] = (session, call, budget) => {
  const [version, after] = call.value;
  const query: Condition =
    version === null ? { prevExist: 'false' } : { prevIndex: String(version) };
  return change(session, call.key, query, after, budget);
};

const remove: EtcdV2Operations['delete'] = async (session, call, budget) => {
  const { body, meta } = await exchange(session, call.key, { method: 'DELETE' }, budget);
  if (body.errorCode === KEY_NOT_FOUND) return { type: 'ok', meta: { ...meta, deleted: 0 } };
  if (body.errorCode !== undefined) throw errorOf(body);
  return { type: 'ok', meta: { ...meta, deleted: 1 } };
};

/** What must hold for a change; nothing is asked for where it is empty. */
interface Condition extends Readonly<Record<string, string | undefined>> {
  prevExist?: 'false';
  prevValue?: string;
  prevIndex?: string;
}

/** Sets or (null) deletes under a condition, which the store checks when it applies the entry. */
async function change(
  session: EtcdV2Session,
  key: string,
  query: Condition,
  after: JsonValue,
  budget: Budget,
): Promise<Completion> {
  if (after === null && query.prevExist) {
    throw new ClientError('bad-request', 'version 2 cannot compare with null and delete');
  }
  const request =
    after === null
      ? ({ method: 'DELETE', query } as const)
      : ({ method: 'PUT', query, body: formOf(after) } as const);
  const { body, meta } = await exchange(session, key, request, budget);
  const { errorCode, cause = '' } = body;
  if (errorCode === undefined) return { type: 'ok', meta };
  const failedCondition = [COMPARE_FAILED, KEY_EXISTS, KEY_NOT_FOUND].includes(errorCode);
  if (failedCondition) return mismatch(`${body.message}: ${cause}`, meta);
  throw errorOf(body);
}

function formOf(value: JsonValue): string {
  return new URLSearchParams({ value: encodeValue(value).toString() }).toString();
}

/** What a client of etcd's version 2 interface can do. */
export const etcdV2Operations: EtcdV2Operations = {
  read,
  write,
  cas,
  'cas-version': casVersion,
  delete: remove,
};
