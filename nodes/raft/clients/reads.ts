import { answerUncertain, refuse } from '../state/answers.js';
import { commitUpTo, serveRead } from '../replication/apply.js';
import { commitFor, confirmRounds, hasLease, sendHeartbeats } from '../leadership/heartbeats.js';
import type { IndexRequest, Leading } from '../state/leading.js';
import type { ReadIndexMessage, ReadIndexReply } from '../state/messages.js';
import { type PendingRead, type RaftNode, REQUEST_TIMEOUT_MS } from '../state/node.js';
import type { ReadMode } from '../state/settings.js';

/**
 * Reads without log entries (thesis, 6.4). `linearizable`: the leader notes its commit index, proves with
 * a round of heartbeats that it still leads, and whoever serves the read waits until that index is
 * applied. `lease`: the proof is a lease that a recent round gave. `local`: from what is applied here,
 * possibly stale. Reads that come while a round is under way share the next one.
 */
export function requestRead(node: RaftNode, id: number, key: string, mode: ReadMode): void {
  if (mode === 'local') {
    serveRead(node, id, key);
  } else if (node.leader === null) {
    refuse(node, { kind: 'client', id }, 'no-leader');
  } else {
    const sinceMs = node.now.monotonicMs;
    node.collectedReads.push({ id, key, lease: mode === 'lease', sinceMs });
  }
}

/** Asks the leader, be it this node or another, for the index of the reads collected so far. */
export function pumpReads(node: RaftNode): void {
  if (node.leading) {
    const { indexRequests } = node.leading;
    for (const read of node.collectedReads) indexRequests.push(ownRequest(node, read));
    node.collectedReads = [];
  } else if (node.collectedReads.length > 0 && node.leader !== null && !node.askedReads) {
    const reads = node.collectedReads;
    const sequence = node.nextSequence();
    node.collectedReads = [];
    node.askedReads = { sequence, askedMs: node.now.monotonicMs, reads };
    const id = { boot: node.boot, sequence };
    const lease = reads.every((read) => read.lease);
    node.send(node.leader, { type: 'read-index', term: node.term, id, lease });
  }
  if (node.leading) confirmReads(node, node.leading);
}

function ownRequest(node: RaftNode, read: PendingRead): IndexRequest {
  const resolve = (index: number | null): void => {
    if (index === null) node.collectedReads.push(read);
    else serveWhenApplied(node, index, read);
  };
  return { lease: read.lease, resolve };
}

function serveWhenApplied(node: RaftNode, index: number, read: PendingRead): void {
  if (index <= node.applied) serveRead(node, read.id, read.key);
  else node.awaitingApply.push({ index, read });
}

/** Gives out the commit index to those whose proof has come, and starts the next proof. */
function confirmReads(node: RaftNode, leading: Leading): void {
  finishRound(leading);
  // Before an entry of its own term is committed, its commit index may be behind the former leader's.
  const isReady = node.commit >= leading.termStart || node.has('read-index-without-noop');
  if (!isReady || leading.indexRequests.length === 0) return;
  const isProven = (request: IndexRequest): boolean =>
    node.has('stale-read') || (request.lease && hasLease(node, leading));
  const proven = leading.indexRequests.filter(isProven);
  leading.indexRequests = leading.indexRequests.filter((request) => !isProven(request));
  for (const request of proven) request.resolve(node.commit);
  if (leading.confirming || leading.indexRequests.length === 0) return;
  sendHeartbeats(node, leading);
  const { round, indexRequests: requests } = leading;
  leading.confirming = { round, index: node.commit, requests };
  leading.indexRequests = [];
  // A cluster of one is its own majority.
  confirmRounds(node, leading);
  finishRound(leading);
}

function finishRound(leading: Leading): void {
  const { confirming } = leading;
  if (!confirming || leading.confirmedRound < confirming.round) return;
  leading.confirming = null;
  for (const request of confirming.requests) request.resolve(confirming.index);
}

/** A follower asks for the index of its reads. */
export function handleReadIndex(node: RaftNode, from: string, message: ReadIndexMessage): void {
  const { id, lease } = message;
  const reply = (index: number | null): void => {
    const commit = node.leading ? commitFor(node, node.leading, from) : 0;
    node.send(from, { type: 'read-index-reply', term: node.term, id, index, commit });
  };
  if (node.leading) node.leading.indexRequests.push({ lease, resolve: reply });
  else reply(null);
}

export function handleReadIndexReply(node: RaftNode, from: string, message: ReadIndexReply): void {
  // What a heartbeat would say, earlier, so that the read need not wait for the next one.
  if (message.term === node.term && from === node.leader) {
    commitUpTo(node, Math.min(message.commit, node.log.lastIndex));
  }
  const asked = node.askedReads;
  if (message.id.boot !== node.boot || message.id.sequence !== asked?.sequence) return;
  node.askedReads = null;
  const { index } = message;
  if (index === null) node.collectedReads.unshift(...asked.reads);
  else for (const read of asked.reads) serveWhenApplied(node, index, read);
}

/** Asks again where no answer came, and gives up reads that wait for too long. */
export function sweepReads(node: RaftNode): void {
  const patienceMs = 2 * node.settings.heartbeatMs;
  if (node.askedReads && node.now.monotonicMs - node.askedReads.askedMs >= patienceMs) {
    node.collectedReads.unshift(...node.askedReads.reads);
    node.askedReads = null;
  }
  const oldestMs = node.now.monotonicMs - REQUEST_TIMEOUT_MS;
  const giveUp = ({ id, sinceMs }: PendingRead): boolean => {
    if (sinceMs >= oldestMs) return false;
    answerUncertain(node, { kind: 'client', id }, 'timeout');
    return true;
  };
  node.collectedReads = node.collectedReads.filter((read) => !giveUp(read));
  node.awaitingApply = node.awaitingApply.filter(({ read }) => !giveUp(read));
}
