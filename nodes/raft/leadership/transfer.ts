import { answerUncertain, refuse } from '../state/answers.js';
import type { Leading } from '../state/leading.js';
import type { Requester } from '../state/messages.js';
import { type RaftNode, REQUEST_TIMEOUT_MS } from '../state/node.js';

/**
 * Hands the leadership to another member (thesis, 3.10): takes no new commands, brings the target up to
 * date, tells it to campaign at once. If nobody has taken over after an election timeout it goes on.
 */
export function requestTransfer(node: RaftNode, to: string, requester: Requester): void {
  const { leading } = node;
  if (!leading) refuse(node, requester, 'not-leader');
  else if (!node.members.includes(to)) refuse(node, requester, 'not-a-member', 404);
  else if (to === node.name) node.answer(requester, { status: 200, body: { leader: to } });
  else if (leading.transfer) refuse(node, requester, 'transferring');
  else {
    const deadlineMs = node.now.monotonicMs + node.settings.electionTimeoutMs;
    leading.transfer = { to, requester, deadlineMs, isSent: false };
  }
}

export function pumpTransfer(node: RaftNode, leading: Leading): void {
  const { transfer } = leading;
  if (!transfer) return;
  if (node.now.monotonicMs >= transfer.deadlineMs) {
    leading.transfer = null;
    answerUncertain(node, transfer.requester, 'transfer-timeout');
    return;
  }
  const isUpToDate = leading.progress.get(transfer.to)?.match === node.log.lastIndex;
  if (transfer.isSent || !isUpToDate || leading.proposals.length > 0) return;
  transfer.isSent = true;
  leading.leaseForfeited = true;
  node.send(transfer.to, { type: 'timeout-now', term: node.term });
}

/** Tells who asked for the transfer how it ended, as soon as this node knows its new leader. */
export function finishHandover(node: RaftNode): void {
  const { handover, leader } = node;
  if (!handover) return;
  const ageMs = node.now.monotonicMs - handover.sinceMs;
  if (leader === null && ageMs < REQUEST_TIMEOUT_MS) return;
  node.handover = null;
  if (leader === null) answerUncertain(node, handover.requester, 'transfer-timeout');
  else if (leader === handover.to) {
    node.answer(handover.requester, { status: 200, body: { leader, term: node.term } });
  } else refuse(node, handover.requester, 'transfer-failed');
}
