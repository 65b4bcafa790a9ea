import type { Requester } from './requester.js';
import type { ZabNode } from './node.js';

/** The request took no effect and never will. */
export function refuse(node: ZabNode, requester: Requester, error: string, status = 503): void {
  const body = { error, certain: true, leader: node.leader ?? undefined };
  node.answer(requester, { status, body });
}

/** Nobody knows whether the request has taken effect, or still will. */
export function answerUncertain(node: ZabNode, requester: Requester, error: string): void {
  node.answer(requester, { status: 504, body: { error, certain: false } });
}
