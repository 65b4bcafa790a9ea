import { refuse } from '../state/answers.js';
import { createProgress, type Leading } from '../state/leading.js';
import type { RaftNode } from '../state/node.js';

/** Enters a later term, or gives up a candidacy or leadership in this one. */
export function becomeFollower(node: RaftNode, term: number, leader: string | null): void {
  const wasLeading = node.leading;
  if (term > node.term) node.setHardState(term, null);
  if (node.role !== 'follower') node.say(`${node.role} becomes follower`);
  node.role = 'follower';
  node.leader = leader;
  node.leading = null;
  node.postponeElection();
  if (wasLeading) abandonLeadership(node, wasLeading);
}

/** Asks whether it could win, without touching its term (thesis, 9.6). */
export function becomePreCandidate(node: RaftNode): void {
  node.role = 'pre-candidate';
  node.leader = null;
  node.votes = new Map([[node.name, true]]);
  node.postponeElection();
  node.say('becomes pre-candidate');
}

/** Opens a new term with a vote for itself, which does not count before it is durable. */
export function becomeCandidate(node: RaftNode): void {
  node.setHardState(node.term + 1, node.name);
  node.role = 'candidate';
  node.leader = null;
  node.votes = new Map();
  node.postponeElection();
  node.say('becomes candidate');
}

export function becomeLeader(node: RaftNode): void {
  const nowMs = node.now.monotonicMs;
  node.role = 'leader';
  node.leader = node.name;
  const progress = node.peers.map(
    (peer) => [peer, createProgress(node.log.lastIndex + 1, nowMs, node.leaseMs)] as const,
  );
  node.leading = {
    progress: new Map(progress),
    selfMatch: 0,
    termStart: node.log.lastIndex + 1,
    sinceMs: nowMs,
    proposals: [],
    round: 0,
    roundSentMs: new Map(),
    confirmedRound: 0,
    leaseStartMs: -Infinity,
    indexRequests: [],
    confirming: null,
    joining: null,
    transfer: null,
    leaseForfeited: false,
  };
  node.say('becomes leader');
}

/**
 * Answers those who wait for something that only this leadership could give. Whose entry is already in
 * the log goes on waiting: it may still commit.
 */
function abandonLeadership(node: RaftNode, leading: Leading): void {
  for (const { requester } of leading.proposals) {
    if (requester) refuse(node, requester, 'not-leader');
  }
  const requests = [...leading.indexRequests, ...(leading.confirming?.requests ?? [])];
  for (const request of requests) request.resolve(null);
  if (leading.joining) refuse(node, leading.joining.requester, 'not-leader');
  if (leading.transfer) {
    const { to, requester } = leading.transfer;
    node.handover = { to, requester, sinceMs: node.now.monotonicMs };
  }
}
