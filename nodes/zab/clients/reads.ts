import { refuse } from '../state/answers.js';
import { confirmRounds, sendPings } from '../leadership/heartbeats.js';
import type { Leading, Learner } from '../state/leading.js';
import { type PendingRead, REQUEST_TIMEOUT_MS, type ZabNode } from '../state/node.js';

/**
 * A sync: waits until this server has all that was committed when it was asked for, so that a read after
 * it is linearizable. ZooKeeper's leader answers a sync of itself, and a deposed one that has not noticed yet
 * answers too early; ours first has a quorum answer a ping that it sent after the sync came, which proves
 * that no later leader had been promised anything. Over the FIFO channel the answer comes behind all
 * commits before it. Syncs that come while a round is under way share the next one.
 */
export function requestSync(node: ZabNode, read: PendingRead): void {
  if (node.has('skip-sync')) serve(node, read);
  else node.collectedReads.push(read);
}

export function serve(node: ZabNode, read: PendingRead): void {
  node.answer({ kind: 'client', id: read.id }, { status: 200, body: read.serve() });
}

/** Asks the leader, be it this server or another, on behalf of the reads collected so far. */
export function pumpReads(node: ZabNode): void {
  const { leading, following } = node;
  if (leading?.phase === 'broadcast') {
    const reads = node.collectedReads;
    node.collectedReads = [];
    if (reads.length > 0) leading.syncs.push(() => reads.forEach((read) => serve(node, read)));
    confirmSyncs(node, leading);
  } else if (following && node.collectedReads.length > 0 && !node.askedReads) {
    const id = node.nextSequence();
    node.askedReads = { id, reads: node.collectedReads };
    node.collectedReads = [];
    following.channel.send({ type: 'sync', id }, node.now.monotonicMs);
  }
}

function confirmSyncs(node: ZabNode, leading: Leading): void {
  finishRound(node, leading);
  if (node.has('deposed-leader')) leading.syncs.splice(0).forEach((resolve) => resolve());
  if (leading.confirming || leading.syncs.length === 0) return;
  sendPings(node, leading);
  leading.confirming = { round: leading.round, syncs: leading.syncs };
  leading.syncs = [];
  // A server alone is its own quorum.
  finishRound(node, leading);
}

function finishRound(node: ZabNode, leading: Leading): void {
  const { confirming } = leading;
  confirmRounds(node, leading);
  if (!confirming || leading.confirmedRound < confirming.round) return;
  leading.confirming = null;
  for (const resolve of confirming.syncs) resolve();
}

/** A learner asks on behalf of its clients. */
export function handleSync(node: ZabNode, leading: Leading, learner: Learner, id: number): void {
  leading.syncs.push(() => {
    learner.channel.send({ type: 'sync-reply', id }, node.now.monotonicMs);
  });
}

export function handleSyncReply(node: ZabNode, id: number): void {
  const asked = node.askedReads;
  if (asked?.id !== id) return;
  node.askedReads = null;
  for (const read of asked.reads) serve(node, read);
}

/** A read that waits for too long has lost nothing by being refused. */
export function sweepReads(node: ZabNode): void {
  const oldestMs = node.now.monotonicMs - REQUEST_TIMEOUT_MS;
  const giveUp = ({ id, sinceMs }: PendingRead): boolean => {
    if (sinceMs >= oldestMs) return false;
    refuse(node, { kind: 'client', id }, 'sync-timeout');
    return true;
  };
  node.collectedReads = node.collectedReads.filter((read) => !giveUp(read));
  if (node.askedReads)
    node.askedReads.reads = node.askedReads.reads.filter((read) => !giveUp(read));
}
