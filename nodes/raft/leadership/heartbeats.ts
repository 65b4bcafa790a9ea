import type { Leading } from '../state/leading.js';
import { reachedByMajority } from '../replication/majority.js';
import type { MessageOf } from '../state/messages.js';
import type { RaftNode } from '../state/node.js';
import { becomeFollower } from './roles.js';

/**
 * Tells all followers that the leader lives. Each round has a number, and an answer to it proves that
 * the follower knew of no later term when it answered: what reads and leases rest on.
 */
export function sendHeartbeats(node: RaftNode, leading: Leading): void {
  leading.round++;
  leading.roundSentMs.set(leading.round, node.leaseMs);
  for (const peer of leading.progress.keys()) sendHeartbeat(node, leading, peer);
}

export function sendHeartbeat(node: RaftNode, leading: Leading, peer: string): void {
  const commit = commitFor(node, leading, peer);
  node.send(peer, { type: 'heartbeat', term: node.term, commit, round: leading.round });
}

/** The commit index as far as it lies in what the follower is known to have like us. */
export function commitFor(node: RaftNode, leading: Leading, peer: string): number {
  if (node.has('commit-old-term')) return node.commit;
  return Math.min(node.commit, leading.progress.get(peer)?.match ?? 0);
}

export function handleHeartbeatReply(
  node: RaftNode,
  from: string,
  message: MessageOf<'heartbeat-reply'>,
): void {
  const progress = node.leading?.progress.get(from);
  if (!progress) return;
  progress.lastContactMs = node.leaseMs;
  progress.round = Math.max(progress.round, message.round);
}

/** Notes the latest round that a majority has answered, and when it was sent. */
export function confirmRounds(node: RaftNode, leading: Leading): void {
  if (leading.confirmedRound === leading.round) return;
  const confirmed = reachedByMajority(node, leading, leading.round, 'round');
  if (confirmed <= leading.confirmedRound) return;
  leading.confirmedRound = confirmed;
  leading.leaseStartMs = leading.roundSentMs.get(confirmed) ?? leading.leaseStartMs;
  for (const round of leading.roundSentMs.keys()) {
    if (round <= confirmed) leading.roundSentMs.delete(round);
  }
}

/** A leader that a majority has not answered for an election timeout is none any more (thesis, 6.2). */
export function checkQuorum(node: RaftNode, leading: Leading): void {
  if (!node.settings.checkQuorum || node.has('stale-read')) return;
  const oldestMs = node.leaseMs - node.settings.electionTimeoutMs;
  const active = node.members.filter((member) => {
    const contactMs = leading.progress.get(member)?.lastContactMs ?? -Infinity;
    return member === node.name || contactMs >= oldestMs;
  });
  if (active.length < node.quorum) becomeFollower(node, node.term, null);
}

/** The share of an election timeout that a lease may last: the rest is for clocks that run unequal. */
const LEASE_SHARE = 0.8;

/**
 * Whether no other leader can exist now: a majority heard this one so recently that it ignores
 * campaigns (thesis, 6.4.1). Without check-quorum nobody ignores them, and there is no lease.
 */
export function hasLease(node: RaftNode, leading: Leading): boolean {
  if (!node.settings.checkQuorum || leading.leaseForfeited) return false;
  if (node.has('lease-unbounded')) return true;
  const ageMs = node.leaseMs - leading.leaseStartMs;
  return ageMs < node.settings.electionTimeoutMs * LEASE_SHARE;
}
