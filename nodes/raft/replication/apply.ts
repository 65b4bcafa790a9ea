import { answerUncertain, refuse, withTerm } from '../state/answers.js';
import { compactIfDue } from './compaction.js';
import type { RaftNode } from '../state/node.js';

/** Moves the commit index forward, never back, and applies what is new. */
export function commitUpTo(node: RaftNode, index: number): void {
  if (index <= node.commit) return;
  node.commit = index;
  while (node.applied < node.commit) applyNext(node);
  compactIfDue(node);
  serveAwaiting(node);
}

function applyNext(node: RaftNode): void {
  const entry = node.log.entryAt(node.applied + 1);
  if (!entry) throw new Error(`entry ${node.applied + 1} is committed and not in the log`);
  const answer = node.machine.apply(entry);
  node.applied = entry.index;
  const waiter = node.waiters.get(entry.index);
  if (!waiter) return;
  node.waiters.delete(entry.index);
  if (waiter.term === entry.term) node.answer(waiter.requester, withTerm(answer, entry.term));
  // Another entry was chosen for this index, so the waiter's is lost for good.
  else refuse(node, waiter.requester, 'superseded');
}

/** After a snapshot took the place of entries: what they would have answered is not known. */
export function skipTo(node: RaftNode, index: number): void {
  node.commit = Math.max(node.commit, index);
  node.applied = index;
  for (const [at, waiter] of node.waiters) {
    if (at > index) continue;
    node.waiters.delete(at);
    answerUncertain(node, waiter.requester, 'leadership-lost');
  }
  serveAwaiting(node);
}

/** Serves a key from what is applied here. */
export function serveRead(node: RaftNode, id: number, key: string): void {
  const body = { ...node.machine.read(key), term: node.term };
  node.outbox.say({ kind: 'reply', id, status: 200, body });
}

function serveAwaiting(node: RaftNode): void {
  if (node.awaitingApply.length === 0) return;
  const due = node.awaitingApply.filter(({ index }) => index <= node.applied);
  node.awaitingApply = node.awaitingApply.filter(({ index }) => index > node.applied);
  for (const { read } of due) serveRead(node, read.id, read.key);
}
