import type { Notification, Vote } from '../state/messages.js';
import type { ZabNode } from '../state/node.js';
import { becomeFollowing, becomeLeading } from './roles.js';
import { counterOf } from '../state/zxid.js';

/**
 * Fast leader election, as in ZooKeeper (Medeiros 2012, section 4.1): every server votes for itself, takes over
 * any vote that it hears of and that is better, and is done when a quorum votes like it. The winner has the most
 * recent history of those that voted, so synchronizing is mostly a matter of sending what others lack. Nothing
 * that ZAB promises rests on it: discovery finds out whether who was elected may lead.
 */
export function beginElection(node: ZabNode): void {
  node.round++;
  node.votes = new Map();
  node.settled = new Map();
  voteFor(node, ownVote(node));
  notifyAll(node);
  settleElection(node);
}

function ownVote(node: ZabNode): Vote {
  return { leader: node.name, epoch: node.epochs.current, zxid: node.log.last };
}

function voteFor(node: ZabNode, vote: Vote): void {
  node.vote = vote;
  node.votes.set(node.name, vote);
  node.isFinalizing = false;
}

/** Once per tick while it is looking: any notification may have been lost. */
export function notifyAll(node: ZabNode): void {
  for (const peer of node.peers) notify(node, peer, true);
}

function notify(node: ZabNode, peer: string, wantsAnswer: boolean): void {
  const { round, role, vote } = node;
  node.send(peer, { type: 'notification', round, role, vote, wantsAnswer });
}

/** Whether the first is the better leader: the later epoch, then the longer history, then the name. */
function isBetter(node: ZabNode, a: Vote, b: Vote): boolean {
  if (node.has('counter-only')) {
    const difference = counterOf(a.zxid) - counterOf(b.zxid);
    return difference > 0 || (difference === 0 && a.leader > b.leader);
  }
  if (a.epoch !== b.epoch) return a.epoch > b.epoch;
  if (a.zxid !== b.zxid) return a.zxid > b.zxid;
  return a.leader > b.leader;
}

export function handleNotification(node: ZabNode, from: string, message: Notification): void {
  if (node.role !== 'looking') {
    if (message.wantsAnswer) notify(node, from, false);
    return;
  }
  if (message.role === 'looking') hearCandidate(node, from, message);
  else hearSettled(node, from, message);
  settleElection(node);
}

function hearCandidate(node: ZabNode, from: string, message: Notification): void {
  node.settled.delete(from);
  if (message.round < node.round) {
    notify(node, from, false);
    return;
  }
  if (message.round > node.round) {
    node.round = message.round;
    node.votes = new Map();
    voteFor(node, ownVote(node));
    if (!isBetter(node, message.vote, node.vote)) notifyAll(node);
  }
  node.votes.set(from, message.vote);
  if (!isBetter(node, message.vote, node.vote)) return;
  voteFor(node, message.vote);
  notifyAll(node);
}

/** Somebody who has found a leader; where a quorum has found the same one, and it knows of it, we join. */
function hearSettled(node: ZabNode, from: string, message: Notification): void {
  node.settled.set(from, message);
  if (message.round === node.round) {
    node.votes.set(from, message.vote);
    if (isBetter(node, message.vote, node.vote)) voteFor(node, message.vote);
  }
  const { leader } = message.vote;
  if (node.settled.get(leader)?.role !== 'leading') return;
  const followers = [...node.settled.values()].filter(({ vote }) => vote.leader === leader);
  if (followers.length < node.quorum) return;
  node.round = message.round;
  node.vote = message.vote;
  becomeFollowing(node, leader);
}

/** Waits a tick for a better vote once a quorum agrees; not where everybody has voted. */
function settleElection(node: ZabNode): void {
  if (node.role !== 'looking') return;
  const agreeing = [...node.votes.values()].filter(({ leader }) => leader === node.vote.leader);
  // A leader that nobody has heard of in this round is not there to lead.
  if (agreeing.length < node.quorum || !node.votes.has(node.vote.leader)) return;
  if (agreeing.length === node.members.length) finishElection(node);
  else if (!node.isFinalizing) {
    node.isFinalizing = true;
    node.outbox.say({ kind: 'timer', name: 'finalize', delayMs: node.settings.tickMs });
  }
}

/** No better vote came in time. */
export function handleFinalizeTimer(node: ZabNode): void {
  if (node.role === 'looking' && node.isFinalizing) finishElection(node);
}

function finishElection(node: ZabNode): void {
  if (node.vote.leader === node.name) becomeLeading(node);
  else becomeFollowing(node, node.vote.leader);
}
