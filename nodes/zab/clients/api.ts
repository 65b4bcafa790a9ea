import type { JsonValue } from '../../../harness/json.js';
import { BadRequest, Fields, readRequest } from '../../replication/fields.js';
import type { LeaderRequest, WriteOperation } from '../state/messages.js';
import { isPath } from '../state/paths.js';
import type { WatchRenewal } from '../state/watches.js';

/**
 * The client API: requests are `{ path, body }` in JSON, over HTTP a POST to the path. Every server serves every
 * request: reads from its own tree, all else through the leader.
 *
 *     /get             { path, sync?, watch? }          value and stat, or null for a path without a znode
 *     /children        { path, sync?, watch? }          the names of its children, sorted
 *     /sync            {}
 *     /create          { path, value, ephemeral?, sequential? }
 *     /set             { path, value, version? }
 *     /delete          { path, version? }
 *     /multi           { operations: [{ op: 'create' | 'set' | 'delete' | 'check', … }] }      all or none
 *     /session         { timeoutMs }
 *     /connect         { session, watches?: [{ path, kind: 'data' | 'children', zxid }] }
 *     /ping            { session }
 *     /close           { session }
 *
 * The body of any of them may have:
 * - `session`: the request is this session's, and its answer brings the session's `events`. Watches and
 *   ephemeral nodes need one.
 * - `connection`: the number that `/session` or `/connect` answered with. Without it, a request that an earlier
 *   connection of the session to this same server sent is not told apart, and may take its events.
 * - `zxid`: the newest that this client has seen; a server that has not delivered it yet refuses (`behind`), so
 *   that a client that moves from server to server never goes back in time (a single system image).
 *
 * **Reads** are served from what this server has delivered: sequentially consistent, and possibly stale. With
 * `sync` (true, or absent where the setting `reads` is `sync`) the server first has the leader confirm
 * with a quorum that it still leads, and waits for all that was committed when it asked: such a read is
 * linearizable. ZooKeeper's own `sync` leaves out the quorum, so a deposed leader can answer it too early.
 *
 * **Sessions** live as long as they are heard of within their timeout, through any server, over changes of the
 * leader; when one ends, its ephemeral nodes go with it in one transaction. A session is connected to one
 * server, by `/session` or `/connect`; after a `/connect` elsewhere what still comes from the earlier server is
 * refused (`session-moved`). Where a server has lost its leader, its sessions must `/connect` anew
 * (`not-connected`).
 *
 * **Watches** fire once: with the first transaction that touches what was read. The event is in the first answer
 * to the session that this server gives after it has delivered that transaction, at the latest in the
 * one that shows the new data; `/ping` fetches events without doing anything else. `/connect` sets
 * watches anew, each with the zxid up to which the client knows what it watches.
 *
 * Answers by status:
 * - 200: `zxid` always, and `events` with a session; `{ value, version, cversion, czxid, mzxid, pzxid, owner }` for
 *   a read (`value` null and no more where there is no znode), `{ children, pzxid }`, the stat for a write
 *   and `path` for a create, `{ results }`, `{ session, connection }`, `{ closed }`.
 * - 409, `{ error, certain: true, … }`: the transaction was refused, and that was agreed upon: `no-node`,
 *   `node-exists`, `bad-version` (with the `version` found), `not-empty`, `ephemeral-parent`; `index` is
 *   the operation's place in a multi. And, without agreement: `session-moved`, `not-connected`.
 * - other 4xx and 503, `{ error, certain: true }`: no effect, and never any: 400 `bad-request`; 404 `unknown-path`;
 *   410 `session-expired`; 503 `no-leader`, `not-leader`, `behind`, `sync-timeout`.
 * - 504 `{ error, certain: false }`: `timeout`, `leadership-lost`, `leader-lost`: it may have taken effect, or may
 *   still do so.
 */
export type Request = Common &
  (
    | { kind: 'read'; read: ReadKind; path: string; sync: boolean | null; watch: boolean }
    | { kind: 'sync' }
    | { kind: 'ping' }
    /** `watches` where it connects a session to this server. */
    | { kind: 'lead'; request: LeaderRequest; watches: WatchRenewal[] | null }
  );

export type ReadKind = 'get' | 'children';

interface Common {
  session: number | null;
  connection: number | null;
  /** The newest zxid that the client has seen. */
  zxid: number;
}

const LONGEST_SESSION_MS = 600_000;

/** Reads a request; throws a `BadRequest`. Fields that are not listed are ignored. */
export function parseRequest(path: string, body: JsonValue): Request {
  return readRequest(PATHS, path, body);
}

const PATHS: Record<string, (fields: Fields) => Request> = {
  '/get': (fields) => reading(fields, 'get'),
  '/children': (fields) => reading(fields, 'children'),
  '/sync': (fields) => ({ ...common(fields), kind: 'sync' }),
  '/ping': (fields) => ({ ...needsSession(fields), kind: 'ping' }),
  '/create': (fields) => writing(fields, [create(fields)], false),
  '/set': (fields) => writing(fields, [set(fields)], false),
  '/delete': (fields) => writing(fields, [remove(fields)], false),
  '/multi': (fields) => {
    const operations = fields.list('operations');
    if (operations.length === 0) throw new BadRequest(400, 'operations must not be empty');
    return writing(fields, operations.map(operation), true);
  },
  '/session': (fields) => {
    const timeoutMs = fields.count('timeoutMs', 1);
    if (timeoutMs > LONGEST_SESSION_MS) {
      throw new BadRequest(400, `timeoutMs must be at most ${LONGEST_SESSION_MS}`);
    }
    return leading(common(fields), { kind: 'open', timeoutMs }, []);
  },
  '/connect': (fields) => {
    const given = needsSession(fields);
    const watches = fields.has('watches') ? fields.list('watches').map(renewal) : [];
    return leading(given, { kind: 'connect', session: given.session }, watches);
  },
  '/close': (fields) => {
    const given = needsSession(fields);
    return leading(given, { kind: 'close', session: given.session });
  },
};

function common(fields: Fields): Common {
  return {
    session: fields.has('session') ? fields.count('session', 1) : null,
    connection: fields.has('connection') ? fields.count('connection', 1) : null,
    zxid: fields.has('zxid') ? fields.count('zxid', 0) : 0,
  };
}

function needsSession(fields: Fields): Common & { session: number } {
  return { ...common(fields), session: fields.count('session', 1) };
}

function leading(
  given: Common,
  request: LeaderRequest,
  watches: WatchRenewal[] | null = null,
): Request {
  return { ...given, kind: 'lead', request, watches };
}

function reading(fields: Fields, read: ReadKind): Request {
  const given = common(fields);
  const watch = fields.flag('watch');
  if (watch && given.session === null) throw new BadRequest(400, 'a watch needs a session');
  const sync = fields.has('sync') ? fields.flag('sync') : null;
  return { ...given, kind: 'read', read, path: znode(fields), sync, watch };
}

function writing(fields: Fields, operations: WriteOperation[], isMulti: boolean): Request {
  const given = common(fields);
  const { session } = given;
  if (session === null && operations.some((each) => each.op === 'create' && each.isEphemeral)) {
    throw new BadRequest(400, 'an ephemeral node needs a session');
  }
  return leading(given, { kind: 'write', session, operations, isMulti });
}

function operation(given: JsonValue): WriteOperation {
  const fields = Fields.of(given, 'an operation');
  switch (fields.choice('op', ['create', 'set', 'delete', 'check'])) {
    case 'create':
      return create(fields);
    case 'set':
      return set(fields);
    case 'delete':
      return remove(fields);
    case 'check':
      return { op: 'check', path: znode(fields), version: fields.count('version', 0) };
    case null:
      throw new BadRequest(400, 'op is missing');
  }
}

function create(fields: Fields): WriteOperation {
  return {
    op: 'create',
    path: notRoot(fields),
    value: fields.any('value'),
    isEphemeral: fields.flag('ephemeral'),
    isSequential: fields.flag('sequential'),
  };
}

function set(fields: Fields): WriteOperation {
  return { op: 'set', path: znode(fields), value: fields.any('value'), version: version(fields) };
}

function remove(fields: Fields): WriteOperation {
  return { op: 'delete', path: notRoot(fields), version: version(fields) };
}

function version(fields: Fields): number | null {
  return fields.has('version') ? fields.count('version', 0) : null;
}

function renewal(given: JsonValue): WatchRenewal {
  const fields = Fields.of(given, 'a watch');
  const kind = fields.choice('kind', ['data', 'children']) ?? 'data';
  return { path: znode(fields), kind, zxid: fields.count('zxid', 0) };
}

function znode(fields: Fields): string {
  const path = fields.text('path');
  if (!isPath(path)) throw new BadRequest(400, 'path must be like /a/b');
  return path;
}

function notRoot(fields: Fields): string {
  const path = znode(fields);
  if (path === '/') throw new BadRequest(400, 'the root is always there');
  return path;
}
