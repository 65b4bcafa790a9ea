import { commitUpTo } from './apply.js';
import { sendChunk, startTransfer } from './install-snapshot.js';
import type { Leading, Progress } from '../state/leading.js';
import { reachedByMajority } from './majority.js';
import type { MessageOf } from '../state/messages.js';
import type { RaftNode } from '../state/node.js';

/** At most so many entries in one message, and so many messages to one follower under way. */
const BATCH_LIMIT = 512;
const WINDOW = 4;

/** Sends every follower what it has not been sent yet, as far as its window allows. */
export function replicate(node: RaftNode, leading: Leading): void {
  for (const [peer, progress] of leading.progress) sendEntries(node, peer, progress);
}

/**
 * In pipeline mode `next` runs ahead of the answers, several messages at once; in probe mode one message
 * finds out where the logs agree, be it an empty one. What piles up while the window is full goes out as one batch.
 */
function sendEntries(node: RaftNode, peer: string, progress: Progress): void {
  if (progress.mode === 'snapshot') return;
  const isProbe = progress.mode === 'probe';
  const window = isProbe ? 1 : WINDOW;
  while (progress.inFlight.length < window && (isProbe || progress.next <= node.log.lastIndex)) {
    const prevIndex = progress.next - 1;
    const prevTerm = node.log.termAt(prevIndex);
    if (prevTerm === undefined) {
      startTransfer(node, peer, progress);
      return;
    }
    const entries = node.log.slice(progress.next, BATCH_LIMIT);
    const { term, commit } = node;
    node.send(peer, { type: 'append', term, prevIndex, prevTerm, entries, commit });
    if (progress.inFlight.length === 0) progress.lastProgressMs = node.now.monotonicMs;
    const last = prevIndex + entries.length;
    progress.inFlight.push(last);
    if (!isProbe) progress.next = last + 1;
  }
}

export function handleAppendReply(
  node: RaftNode,
  from: string,
  message: MessageOf<'append-reply'>,
): void {
  const progress = node.leading?.progress.get(from);
  if (!progress) return;
  const { match } = message;
  progress.lastContactMs = node.leaseMs;
  progress.lastProgressMs = node.now.monotonicMs;
  progress.match = Math.max(progress.match, match);
  progress.next = Math.max(progress.next, match + 1);
  progress.inFlight = progress.inFlight.filter((last) => last > match);
  if (progress.transfer && match < progress.transfer.index) return;
  progress.transfer = null;
  progress.mode = 'pipeline';
}

/**
 * The follower's log differs at `rejected`. Both sides skip what cannot match, so a conflict costs a
 * message per term at most and not one per entry (5.3).
 */
export function handleAppendReject(
  node: RaftNode,
  from: string,
  message: MessageOf<'append-reject'>,
): void {
  const progress = node.leading?.progress.get(from);
  if (!progress) return;
  progress.lastContactMs = node.leaseMs;
  const { rejected, hintIndex, hintTerm } = message;
  const isAnswered = progress.mode === 'probe' && rejected !== progress.next - 1;
  if (progress.mode === 'snapshot' || isAnswered || rejected < progress.match) return;
  const candidate = node.log.lastPossibleMatch(hintIndex, hintTerm);
  probeFrom(node, progress, Math.max(1, Math.min(candidate, rejected - 1) + 1));
  // Lower than before only where its disk lost what it had promised; then it must not be counted.
  progress.match = Math.min(progress.match, progress.next - 1);
}

function probeFrom(node: RaftNode, progress: Progress, next: number): void {
  progress.mode = 'probe';
  progress.next = next;
  progress.inFlight = [];
  progress.lastProgressMs = node.now.monotonicMs;
}

/** Sends again where no answer came for two heartbeats: the message or its answer may be lost. */
export function resendLost(node: RaftNode, leading: Leading): void {
  const patienceMs = 2 * node.settings.heartbeatMs;
  for (const [peer, progress] of leading.progress) {
    if (node.now.monotonicMs - progress.lastProgressMs < patienceMs) continue;
    if (progress.mode === 'snapshot') sendChunk(node, peer, progress);
    else if (progress.mode === 'probe') probeFrom(node, progress, progress.next);
    else if (progress.inFlight.length > 0) probeFrom(node, progress, progress.match + 1);
  }
}

/**
 * An entry is committed when it is durable on a majority **and** of the leader's own term; those before
 * it are then committed with it. Counting copies of older terms' entries is not enough: the paper's
 * figure 8 shows how such an entry can still be overwritten (5.4.2).
 */
export function advanceCommit(node: RaftNode, leading: Leading): void {
  if (node.commit === node.log.lastIndex) return;
  const index = node.has('ack-before-commit')
    ? node.log.lastIndex
    : reachedByMajority(node, leading, leading.selfMatch, 'match');
  if (index <= node.commit) return;
  if (node.log.termAt(index) !== node.term && !node.has('commit-old-term')) return;
  commitUpTo(node, index);
}
