import { deliverUpTo } from './delivery.js';
import type { Leading, Learner } from '../state/leading.js';
import type { Transaction } from '../state/messages.js';
import type { Following, ZabNode } from '../state/node.js';
import { trackSessions } from './sessions.js';
import { appendTransactions } from './synchronization.js';
import { epochOf, formatZxid } from '../state/zxid.js';

/** A follower logs what it is sent, in that order, and acknowledges what is durable (phase 3). */
export function acceptProposals(
  node: ZabNode,
  following: Following,
  transactions: readonly Transaction[],
): void {
  for (const { zxid } of transactions) {
    checkNext(node, following, zxid);
    if (node.has('hole-in-log') && following.phase !== 'broadcast') node.holes.add(zxid);
  }
  appendTransactions(node, transactions);
  if (!following.hasHistory) return;
  const { last } = node.log;
  node.whenDurable(() => {
    if (node.following !== following) return;
    following.channel.send({ type: 'ack', zxid: last }, node.now.monotonicMs);
  });
}

/** Proposals of an epoch that is over do not even get here: their connection is closed. */
function checkNext(node: ZabNode, { hasHistory, epoch }: Following, zxid: number): void {
  if (zxid <= node.log.last) {
    node.violated(`proposal ${formatZxid(zxid)} comes after ${formatZxid(node.log.last)}`);
  }
  if (hasHistory && epochOf(zxid) !== epoch) {
    node.violated(`proposal ${formatZxid(zxid)} in epoch ${epoch}`);
  }
}

export function handleAck(node: ZabNode, learner: Learner, zxid: number): void {
  learner.acked = Math.max(learner.acked ?? 0, zxid);
  learner.owesSinceMs = zxid >= node.log.last ? null : node.now.monotonicMs;
}

/**
 * What a quorum has on disk is committed. Until a quorum has the whole history that the leader began with,
 * nothing is: then all of that is, whoever proposed it, and the leader begins to serve.
 */
export function advanceCommit(node: ZabNode, leading: Leading): void {
  const acked = ackedByQuorum(node, leading);
  if (acked === null || leading.phase === 'discovery') return;
  if (leading.phase === 'synchronization') {
    if (acked < leading.initialZxid) return;
    establish(node, leading);
  }
  if (acked > node.delivered) {
    for (const learner of leading.learners.values()) {
      if (!learner.isUpToDate) continue;
      learner.channel.send({ type: 'commit', zxid: acked }, node.now.monotonicMs);
    }
    deliverUpTo(node, acked);
  }
  bringUpToDate(node, leading);
  answerCommitted(node, leading);
}

function ackedByQuorum(node: ZabNode, leading: Leading): number | null {
  if (node.has('commit-alone') && leading.phase === 'broadcast') return leading.selfAcked;
  const learners = [...leading.learners.values()].map(({ acked }) => acked);
  const acked = [leading.selfAcked, ...learners].filter((zxid) => zxid !== null);
  return acked.sort((a, b) => b - a).at(node.quorum - 1) ?? null;
}

function establish(node: ZabNode, leading: Leading): void {
  leading.phase = 'broadcast';
  deliverUpTo(node, leading.initialZxid);
  leading.ahead = node.tree.copy();
  trackSessions(node, leading);
  node.say(`leads epoch ${leading.epoch} from ${formatZxid(leading.initialZxid)} on`);
}

/** Who has the history may serve; what was committed since comes with the same message. */
function bringUpToDate(node: ZabNode, leading: Leading): void {
  for (const learner of leading.learners.values()) {
    if (learner.isUpToDate || learner.acked === null) continue;
    learner.isUpToDate = true;
    learner.channel.send({ type: 'up-to-date', zxid: node.delivered }, node.now.monotonicMs);
  }
}

function answerCommitted(node: ZabNode, { answers }: Leading): void {
  const count = answers.findIndex(({ zxid }) => zxid > node.delivered);
  for (const { requester, answer } of answers.splice(0, count < 0 ? Infinity : count)) {
    node.answer(requester, answer);
  }
}
