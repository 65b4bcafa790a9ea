import type { Leading, Learner } from '../state/leading.js';
import type { LeaderMessage, Snapshot, Transaction } from '../state/messages.js';
import type { ZabNode } from '../state/node.js';
import { writeCheckpoint } from './compaction.js';
import { DataTree } from '../state/tree.js';
import { epochOf, formatZxid } from '../state/zxid.js';

/** At most so many transactions in one message. */
export const BATCH_LIMIT = 512;

/** Phase 2: a quorum has promised. The leader's own history is that of its epoch from now on. */
export function beginSynchronization(node: ZabNode, leading: Leading): void {
  const { epoch } = leading;
  if (epoch === null) return;
  leading.phase = 'synchronization';
  node.setEpochs({ accepted: node.epochs.accepted, current: epoch });
  node.outbox.whenDurable(() => {
    if (node.leading === leading) leading.selfAcked = leading.initialZxid;
  });
  for (const learner of leading.learners.values()) synchronize(node, leading, learner);
}

/**
 * Makes a learner's history equal to the leader's, and lets it have every proposal from here on. Where the
 * learner's last transaction is in the leader's log, their histories are equal up to there: a server takes a
 * proposal only after all that its leader had before it. So the rest is sent (DIFF), if need be after
 * the learner has let go of what the leader does not have (TRUNC). Where the log does not tell where the
 * histories part, the whole state is sent (SNAP).
 */
export function synchronize(node: ZabNode, leading: Leading, learner: Learner): void {
  const { history, channel } = learner;
  if (!history || leading.epoch === null) return;
  const nowMs = node.now.monotonicMs;
  const start = startFor(node, history.zxid);
  channel.send(start, nowMs);
  const from = start.type === 'snap' ? start.snapshot.zxid : start.zxid;
  const missing = node.log.after(from).filter(({ zxid }) => !node.holes.has(zxid));
  for (let sent = 0; sent < missing.length; sent += BATCH_LIMIT) {
    const transactions = missing.slice(sent, sent + BATCH_LIMIT);
    channel.send({ type: 'propose', transactions }, nowMs);
  }
  channel.send({ type: 'new-leader', epoch: leading.epoch, zxid: node.log.last }, nowMs);
  learner.isSynchronizing = true;
  learner.owesSinceMs = nowMs;
}

type Start = Extract<LeaderMessage, { type: 'diff' | 'trunc' | 'snap' }>;

function startFor(node: ZabNode, last: number): Start {
  const common = node.log.floor(last);
  if (common === last) return { type: 'diff', zxid: last };
  // Both have what came before within one epoch; what came before it, the learner may have another one.
  if (common !== undefined && epochOf(common) === epochOf(last)) {
    return { type: 'trunc', zxid: common };
  }
  return { type: 'snap', snapshot: { zxid: node.delivered, ...node.tree.save() } };
}

export function takeDifference(node: ZabNode, zxid: number): void {
  if (zxid === node.log.last) return;
  node.violated(`the leader continues at ${formatZxid(zxid)}, not ${formatZxid(node.log.last)}`);
}

export function takeTruncation(node: ZabNode, zxid: number): void {
  if (zxid < node.delivered) {
    node.violated(`told to forget what is committed, behind ${formatZxid(zxid)}`);
  }
  if (node.has('skip-truncate')) return;
  node.say(`truncates to ${formatZxid(zxid)}`);
  node.log.truncate(zxid);
  node.persist({ truncate: zxid });
}

/** Whatever was here is replaced, in one step on disk. */
export function takeSnapshot(node: ZabNode, snapshot: Snapshot): void {
  node.say(`takes over a snapshot of ${formatZxid(snapshot.zxid)}`);
  restoreSnapshot(node, snapshot);
  writeCheckpoint(node);
}

export function restoreSnapshot(node: ZabNode, snapshot: Snapshot): void {
  node.snapshot = snapshot;
  node.tree = DataTree.restore(snapshot.tree, snapshot.sessions);
  node.delivered = snapshot.zxid;
  node.deliveries.push({ zxid: snapshot.zxid, transaction: null });
  node.deliveredSinceSnapshot = 0;
  node.log.reset(snapshot.zxid);
}

/** Takes transactions into the log; the disk has them before anything written later. */
export function appendTransactions(node: ZabNode, transactions: readonly Transaction[]): void {
  for (const transaction of transactions) {
    node.log.append(transaction);
    node.persist(transaction);
  }
}
