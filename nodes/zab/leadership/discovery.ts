import type { Leading, Learner } from '../state/leading.js';
import type { MessageOf } from '../state/messages.js';
import type { Following, ZabNode } from '../state/node.js';
import { becomeLooking, dropLearner } from './roles.js';
import { beginSynchronization, synchronize } from '../broadcast/synchronization.js';
import { counterOf, formatZxid } from '../state/zxid.js';

/**
 * Discovery, phase 1 of the paper: a leader learns which epochs a quorum has accepted, takes the next one, and
 * leads only once a quorum has promised to follow no leader of an earlier one. As in ZooKeeper, and other
 * than in the paper, it must then have the best history itself: election has seen to that, and where
 * it has not, the leader gives up.
 */
export function handleCepoch(
  node: ZabNode,
  leading: Leading,
  from: string,
  accepted: number,
): void {
  if (leading.epoch !== null && accepted > leading.epoch) {
    // It may follow in a later epoch only: a leader that never came about had its promise. As a higher term in Raft.
    becomeLooking(node, `${from} has promised epoch ${accepted}`);
    return;
  }
  leading.accepted.set(from, accepted);
  if (leading.isAnnounced) announce(node, leading, from);
  else chooseEpoch(node, leading);
}

/** The own promise comes first, on disk: an epoch that a restarted leader chose again would be two. */
export function chooseEpoch(node: ZabNode, leading: Leading): void {
  if (leading.epoch !== null || leading.accepted.size < node.quorum) return;
  const epoch = Math.max(...leading.accepted.values()) + 1;
  leading.epoch = epoch;
  node.setEpochs({ accepted: epoch, current: node.epochs.current });
  node.outbox.whenDurable(() => {
    if (node.leading !== leading) return;
    leading.isAnnounced = true;
    leading.promises.add(node.name);
    for (const name of leading.learners.keys()) announce(node, leading, name);
    synchronizeIfPromised(node, leading);
  });
}

function announce(node: ZabNode, { epoch, learners, accepted }: Leading, name: string): void {
  if (epoch === null || !accepted.has(name)) return;
  learners.get(name)?.channel.send({ type: 'new-epoch', epoch }, node.now.monotonicMs);
}

function synchronizeIfPromised(node: ZabNode, leading: Leading): void {
  if (leading.promises.size >= node.quorum) beginSynchronization(node, leading);
}

/** A learner promises, once: a later leader that offers the same epoch gets no second promise that counts. */
export function handleNewEpoch(node: ZabNode, following: Following, epoch: number): void {
  const { accepted, current } = node.epochs;
  if (epoch < accepted) {
    becomeLooking(node, `epoch ${epoch} of ${following.leader} is over`);
    return;
  }
  const counts = epoch > accepted;
  following.epoch = epoch;
  following.phase = 'synchronization';
  const early = node.has('epoch-before-log');
  if (counts) node.setEpochs({ accepted: epoch, current: early ? epoch : current });
  const zxid = node.log.last;
  node.outbox.whenDurable(() => {
    if (node.following !== following) return;
    const message = { type: 'ack-epoch', epoch, current, zxid, counts } as const;
    following.channel.send(message, node.now.monotonicMs);
  });
}

export function handleAckEpoch(
  node: ZabNode,
  leading: Leading,
  from: string,
  learner: Learner,
  { epoch, current, zxid, counts }: MessageOf<'ack-epoch'>,
): void {
  if (epoch !== leading.epoch || !leading.isAnnounced) {
    dropLearner(node, leading, from);
    return;
  }
  learner.history = { current, zxid };
  if (leading.phase !== 'discovery') {
    synchronize(node, leading, learner);
    return;
  }
  if (!counts) return;
  if (isAhead(node, current, zxid)) {
    becomeLooking(node, `${from} has more: ${formatZxid(zxid)} of epoch ${current}`);
    return;
  }
  leading.promises.add(from);
  synchronizeIfPromised(node, leading);
}

/** Whether a history of this epoch, with this end, is more recent than ours. */
function isAhead(node: ZabNode, current: number, zxid: number): boolean {
  if (node.has('counter-only')) return counterOf(zxid) > counterOf(node.log.last);
  if (current !== node.epochs.current) return current > node.epochs.current;
  return zxid > node.log.last;
}

/** The learner has all that the leader began with: it makes the leader's epoch its own, and says so. */
export function acknowledgeHistory(
  node: ZabNode,
  following: Following,
  { epoch, zxid }: MessageOf<'new-leader'>,
): void {
  if (zxid !== node.log.last) {
    node.violated(`synchronized to ${formatZxid(node.log.last)}, not to ${formatZxid(zxid)}`);
  }
  // Behind the transactions in the log, so that no crash leaves the epoch without its history.
  node.setEpochs({ accepted: node.epochs.accepted, current: epoch });
  following.hasHistory = true;
  node.whenDurable(() => {
    if (node.following !== following) return;
    following.channel.send({ type: 'ack', zxid }, node.now.monotonicMs);
  });
}
