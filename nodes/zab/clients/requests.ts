import type { JsonObject, JsonValue } from '../../../harness/json.js';
import { BadRequest } from '../../replication/fields.js';
import { refuse } from '../state/answers.js';
import { parseRequest, type ReadKind, type Request } from './api.js';
import { askLeader } from './forwarding.js';
import type { Requester } from '../state/requester.js';
import type { ZabNode } from '../state/node.js';
import { statOf } from './preparation.js';
import { requestSync, serve } from './reads.js';

/** A client of this server. */
export function handleClientRequest(
  node: ZabNode,
  id: number,
  path: string,
  body: JsonValue,
): void {
  const requester: Requester = { kind: 'client', id };
  const request = parse(node, requester, path, body);
  if (!request || !mayServe(node, requester, request)) return;
  switch (request.kind) {
    case 'read': {
      const { read, path: znode, watch, session, sync } = request;
      const pending = {
        id,
        sinceMs: node.now.monotonicMs,
        serve: () => serveRead(node, read, znode, watch ? session : null),
      };
      if (sync ?? node.settings.reads === 'sync') requestSync(node, pending);
      else serve(node, pending);
      break;
    }
    case 'sync':
      requestSync(node, {
        id,
        sinceMs: node.now.monotonicMs,
        serve: () => ({ zxid: node.delivered }),
      });
      break;
    case 'ping':
      node.answer(requester, { status: 200, body: { zxid: node.delivered } });
      break;
    case 'lead':
      if (request.watches) node.renewals.set(id, request.watches);
      askLeader(node, id, request.request);
      break;
  }
}

function parse(
  node: ZabNode,
  requester: Requester,
  path: string,
  body: JsonValue,
): Request | undefined {
  try {
    return parseRequest(path, body);
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    node.answer(requester, error.answer);
    return undefined;
  }
}

/** What this server can see for itself; notes whose request it is. */
function mayServe(node: ZabNode, requester: Requester, request: Request): boolean {
  const { session, connection, zxid } = request;
  if (node.leader === null) {
    refuse(node, requester, 'no-leader');
    return false;
  }
  if (zxid > node.delivered && !node.has('old-image')) {
    refuse(node, requester, 'behind');
    return false;
  }
  if (session === null) return true;
  const isConnecting = request.kind === 'lead' && request.request.kind === 'connect';
  const known = node.watches.connectionOf(session);
  if (!isConnecting && known === undefined) {
    if (node.tree.sessions.has(session)) refuse(node, requester, 'not-connected', 409);
    else refuse(node, requester, 'session-expired', 410);
    return false;
  }
  if (!isConnecting && connection !== null && connection !== known) {
    refuse(node, requester, 'session-moved', 409);
    return false;
  }
  if (requester.kind === 'client') node.sessionOf.set(requester.id, session);
  node.touched.add(session);
  return true;
}

function serveRead(
  node: ZabNode,
  read: ReadKind,
  path: string,
  watcher: number | null,
): JsonObject {
  const znode = node.tree.get(path);
  const zxid = node.delivered;
  if (watcher !== null) node.watches.watch(read === 'get' ? 'data' : 'children', path, watcher);
  if (!znode) return { value: null, zxid };
  if (read === 'get') return { value: znode.value, ...statOf(znode), zxid };
  return { children: [...node.tree.childrenOf(path)].sort(), pzxid: znode.pzxid, zxid };
}
