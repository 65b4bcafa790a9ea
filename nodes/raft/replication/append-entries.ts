import { commitUpTo } from './apply.js';
import type { AppendMessage, Entry, MessageOf } from '../state/messages.js';
import type { RaftNode } from '../state/node.js';

/** A follower's half of replication (paper, 5.3). The leader was already recognized. */
export function handleAppend(node: RaftNode, from: string, message: AppendMessage): void {
  const { prevIndex, prevTerm, entries, commit, term } = message;
  // What the snapshot covers is committed, so it equals the leader's and there is nothing to compare.
  const isCovered = prevIndex < node.log.snapshotIndex;
  if (!isCovered && node.log.termAt(prevIndex) !== prevTerm) {
    reject(node, from, prevIndex, prevTerm);
    return;
  }
  if (node.has('truncate-on-old-append') && !isCovered) node.log.truncate(prevIndex + 1);
  for (const entry of entries) {
    if (entry.index > node.log.snapshotIndex) accept(node, entry);
  }
  const match = prevIndex + entries.length;
  const acknowledge = (): void => node.send(from, { type: 'append-reply', term, match });
  if (node.has('ack-before-sync')) acknowledge();
  else node.outbox.whenDurable(acknowledge);
  commitAsTold(node, commit, match);
}

/** An entry that is there already stays, with all behind it: the message may be an old one. */
function accept(node: RaftNode, entry: Entry): void {
  if (entry.index <= node.log.lastIndex) {
    if (node.log.termAt(entry.index) === entry.term) return;
    if (entry.index <= node.commit) node.violated(`entry ${entry.index} is committed and replaced`);
    node.log.truncate(entry.index);
  }
  node.log.append(entry);
  // On disk, a record with the index of an earlier one takes the place of that one and all behind it.
  node.outbox.persist(entry);
}

function reject(node: RaftNode, from: string, prevIndex: number, prevTerm: number): void {
  const hintIndex = node.log.lastPossibleMatch(prevIndex, prevTerm);
  const hintTerm = node.log.termAt(hintIndex) ?? 0;
  const { term } = node;
  node.send(from, { type: 'append-reject', term, rejected: prevIndex, hintIndex, hintTerm });
}

/** The leader's commit index holds here only up to where the logs are known to be equal. */
function commitAsTold(node: RaftNode, commit: number, match: number): void {
  const known = node.has('commit-old-term') ? node.log.lastIndex : match;
  commitUpTo(node, Math.min(commit, known, node.log.lastIndex));
}

/** The leader sends no commit index beyond what it knows to match here, so it can be taken as it is. */
export function handleHeartbeat(
  node: RaftNode,
  from: string,
  message: MessageOf<'heartbeat'>,
): void {
  commitAsTold(node, message.commit, message.commit);
  node.send(from, { type: 'heartbeat-reply', term: node.term, round: message.round });
}
