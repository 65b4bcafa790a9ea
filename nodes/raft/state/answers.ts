import type { Answer, Requester } from './messages.js';
import type { RaftNode } from './node.js';

/** The request took no effect and never will. `leader` is where to try instead, where it is known. */
export function refuse(node: RaftNode, requester: Requester, error: string, status = 503): void {
  const body = { error, certain: true, leader: node.leader ?? undefined };
  node.answer(requester, { status, body });
}

/** Nobody knows whether the request has taken effect, or still will. */
export function answerUncertain(node: RaftNode, requester: Requester, error: string): void {
  node.answer(requester, { status: 504, body: { error, certain: false } });
}

/** The answer with the term in which it became true. */
export function withTerm(answer: Answer, term: number): Answer {
  return { status: answer.status, body: { ...answer.body, term } };
}
