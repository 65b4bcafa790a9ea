import type { JsonValue } from '../../../harness/json.js';
import { BadRequest } from '../../replication/fields.js';
import { parseRequest, type Request } from './api.js';
import { forward } from './forwarding.js';
import { addMember, removeMember } from './membership.js';
import type { Requester } from '../state/messages.js';
import type { RaftNode } from '../state/node.js';
import { propose } from '../replication/proposals.js';
import { requestRead } from './reads.js';
import { requestTransfer } from '../leadership/transfer.js';

/** A client of this node: reads are served here, everything else goes to the leader. */
export function handleClientRequest(
  node: RaftNode,
  id: number,
  path: string,
  body: JsonValue,
): void {
  const requester: Requester = { kind: 'client', id };
  const request = parse(node, requester, path, body);
  if (!request) return;
  if (request.kind === 'read') {
    requestRead(node, id, request.key, request.mode ?? node.settings.reads);
  } else if (node.leading) lead(node, request, requester);
  else forward(node, path, body, id);
}

/** Another node forwards its client's request to this one, the leader. */
export function handleForwardedRequest(
  node: RaftNode,
  requester: Requester,
  path: string,
  body: JsonValue,
): void {
  const request = parse(node, requester, path, body);
  if (request && request.kind !== 'read') lead(node, request, requester);
}

function lead(
  node: RaftNode,
  request: Exclude<Request, { kind: 'read' }>,
  requester: Requester,
): void {
  switch (request.kind) {
    case 'command':
      propose(node, request.command, requester);
      break;
    case 'add-member':
      addMember(node, request.name, requester);
      break;
    case 'remove-member':
      removeMember(node, request.name, requester);
      break;
    case 'transfer':
      requestTransfer(node, request.to, requester);
      break;
  }
}

function parse(
  node: RaftNode,
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
