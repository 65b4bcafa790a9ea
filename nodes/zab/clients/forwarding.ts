import { answerUncertain, refuse } from '../state/answers.js';
import type { LeaderRequest, MessageOf } from '../state/messages.js';
import { REQUEST_TIMEOUT_MS, type ZabNode } from '../state/node.js';
import { handleLeaderRequest } from './proposals.js';

/** Asks the leader, be it this server or another: once, over the channel, which loses and doubles nothing. */
export function askLeader(node: ZabNode, id: number, request: LeaderRequest): void {
  const { leading, following } = node;
  if (leading) handleLeaderRequest(node, leading, request, { kind: 'client', id });
  else if (following) {
    node.forwarded.set(id, { sinceMs: node.now.monotonicMs });
    following.channel.send({ type: 'request', id, request }, node.now.monotonicMs);
  } else refuse(node, { kind: 'client', id }, 'no-leader');
}

/** What these answers rest on came before them, so it is applied here: a client reads its own writes. */
export function handleReplies(node: ZabNode, replies: MessageOf<'replies'>['replies']): void {
  for (const { id, answer } of replies) {
    if (!node.forwarded.delete(id)) continue;
    node.answer({ kind: 'client', id }, answer);
  }
}

/** Tells clients whose request does not come to an end that nobody knows. */
export function sweepRequests(node: ZabNode): void {
  const oldestMs = node.now.monotonicMs - REQUEST_TIMEOUT_MS;
  // In the order of time.
  for (const [id, { sinceMs }] of node.forwarded) {
    if (sinceMs >= oldestMs) break;
    node.forwarded.delete(id);
    answerUncertain(node, { kind: 'client', id }, 'timeout');
  }
}
