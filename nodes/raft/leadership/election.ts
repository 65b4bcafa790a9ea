import type { MessageOf } from '../state/messages.js';
import type { RaftNode } from '../state/node.js';
import { appendOwn } from '../replication/proposals.js';
import { becomeCandidate, becomeFollower, becomeLeader, becomePreCandidate } from './roles.js';

/** The election timer has run out; it is set once and looked at again, not anew at each heartbeat. */
export function handleElectionTimer(node: RaftNode): void {
  const remainingMs = node.electionDeadlineMs - node.now.monotonicMs;
  if (remainingMs <= 0) {
    if (node.role === 'leader' || !mayCampaign(node)) node.postponeElection();
    else if (node.settings.preVote) askWhetherToCampaign(node);
    else campaign(node, false);
  }
  node.scheduleElection();
}

/**
 * A server that its newest configuration leaves out may still be needed to commit that one: a leader
 * that has its own removal in its log, and whose log the others need (thesis, 4.2.2).
 */
function mayCampaign(node: RaftNode): boolean {
  return node.isMember || node.log.membersIndex > node.commit;
}

function askWhetherToCampaign(node: RaftNode): void {
  becomePreCandidate(node);
  const { lastIndex, lastTerm } = node.log;
  for (const peer of node.peers) {
    node.send(peer, { type: 'pre-vote', term: node.term + 1, lastIndex, lastTerm });
  }
  if (hasWon(node) || node.has('ignore-prevote')) campaign(node, false);
}

/**
 * Asks for votes once the own one is durable: a candidate that forgot its vote could give it to
 * another one of the same term. `transfer` excuses a campaign while the leader is alive (3.10).
 */
function campaign(node: RaftNode, transfer: boolean): void {
  becomeCandidate(node);
  const { term } = node;
  const { lastIndex, lastTerm } = node.log;
  node.outbox.whenDurable(() => {
    if (node.role !== 'candidate' || node.term !== term) return;
    for (const peer of node.peers) {
      node.send(peer, { type: 'vote', term, lastIndex, lastTerm, transfer });
    }
    node.votes.set(node.name, true);
    if (hasWon(node)) lead(node);
  });
}

/** A no-op commits what earlier terms left, and tells the leader what is committed (5.4.2, 6.4). */
function lead(node: RaftNode): void {
  becomeLeader(node);
  if (!node.has('commit-old-term'))
    appendOwn(node, [{ command: { kind: 'noop' }, requester: null }]);
}

function hasWon(node: RaftNode): boolean {
  const granted = node.members.filter((member) => node.votes.get(member) === true);
  return granted.length >= node.quorum;
}

/**
 * Whether this node stands by a leader that it heard within the minimal election timeout: it then
 * ignores campaigns (thesis, 4.2.3), which leases rely on. A restarted node does not know what it heard
 * before, so its start counts as hearing one.
 */
export function isLoyal(node: RaftNode): boolean {
  if (!node.settings.checkQuorum) return false;
  if (node.role === 'leader') return true;
  return node.now.monotonicMs - node.lastHeardMs < node.settings.electionTimeoutMs;
}

export function handlePreVote(node: RaftNode, from: string, message: MessageOf<'pre-vote'>): void {
  const { term, lastIndex, lastTerm } = message;
  const granted = term > node.term && node.log.isUpToDate(lastIndex, lastTerm) && !isLoyal(node);
  // A grant names the term asked about, a refusal the own one, so that a candidate behind catches up.
  node.send(from, { type: 'pre-vote-reply', term: granted ? term : node.term, granted });
}

export function handlePreVoteReply(
  node: RaftNode,
  from: string,
  message: MessageOf<'pre-vote-reply'>,
): void {
  if (node.role !== 'pre-candidate' || !message.granted || message.term !== node.term + 1) return;
  node.votes.set(from, true);
  if (hasWon(node)) campaign(node, false);
}

/** Called with a message of the own term. One vote a term, durable before it is given (5.2, 5.4.1). */
export function handleVote(node: RaftNode, from: string, message: MessageOf<'vote'>): void {
  const { term } = node;
  const { votedFor } = node.hard;
  const isFree = votedFor === null || votedFor === from || node.has('two-votes');
  const granted =
    isFree && node.leader === null && node.log.isUpToDate(message.lastIndex, message.lastTerm);
  if (!granted) {
    node.send(from, { type: 'vote-reply', term, granted });
    return;
  }
  if (votedFor !== from) node.setHardState(term, from);
  node.postponeElection();
  node.outbox.whenDurable(() => {
    node.send(from, { type: 'vote-reply', term, granted });
  });
}

export function handleVoteReply(
  node: RaftNode,
  from: string,
  message: MessageOf<'vote-reply'>,
): void {
  if (node.role !== 'candidate') return;
  node.votes.set(from, message.granted);
  if (hasWon(node)) lead(node);
}

/** The leader wants this node to take over now (thesis, 3.10). */
export function handleTimeoutNow(node: RaftNode, from: string): void {
  if (node.role !== 'follower' || node.leader !== from || !node.isMember) return;
  campaign(node, true);
}

/** A leader was heard in the own term. Answers whether to follow it: a leader follows nobody of its term. */
export function followLeader(node: RaftNode, leader: string): boolean {
  if (node.role === 'leader') {
    node.violated(`${leader} leads the same term`);
    return false;
  }
  if (node.role !== 'follower') becomeFollower(node, node.term, leader);
  if (node.leader !== leader) node.say(`follows ${leader}`);
  node.leader = leader;
  node.lastHeardMs = node.now.monotonicMs;
  node.postponeElection();
  return true;
}
