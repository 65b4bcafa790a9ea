import { answerUncertain, refuse } from '../state/answers.js';
import type { Leading, Proposal } from '../state/leading.js';
import type { Command, Entry, Requester } from '../state/messages.js';
import type { RaftNode } from '../state/node.js';

/** Takes a command into the log, as soon as the disk is done with the ones before it. */
export function propose(node: RaftNode, command: Command, requester: Requester): void {
  if (!node.leading) refuse(node, requester, 'not-leader');
  else if (node.leading.transfer) refuse(node, requester, 'transferring');
  else node.leading.proposals.push({ command, requester });
}

/** Appends what was proposed while a sync was under way: under load, many commands share the next. */
export function appendProposals(node: RaftNode, leading: Leading): void {
  if (leading.proposals.length === 0 || node.outbox.isSyncing) return;
  const { proposals } = leading;
  leading.proposals = [];
  appendOwn(node, proposals);
}

/** Appends entries of the own term. The leader counts itself only when they are durable. */
export function appendOwn(node: RaftNode, proposals: readonly Proposal[]): void {
  const { term } = node;
  for (const { command, requester } of proposals) {
    const entry: Entry = { index: node.log.lastIndex + 1, term, command };
    node.log.append(entry);
    node.outbox.persist(entry);
    if (requester) awaitEntry(node, entry, requester);
  }
  const { lastIndex } = node.log;
  const count = (): void => {
    if (node.leading && node.term === term) node.leading.selfMatch = lastIndex;
  };
  if (node.has('ack-before-sync')) count();
  else node.outbox.whenDurable(count);
}

/** Whoever waited here before waits for an entry that this log lost, and others may still have. */
function awaitEntry(node: RaftNode, entry: Entry, requester: Requester): void {
  const earlier = node.waiters.get(entry.index);
  if (earlier) answerUncertain(node, earlier.requester, 'leadership-lost');
  node.waiters.delete(entry.index);
  const sinceMs = node.now.monotonicMs;
  node.waiters.set(entry.index, { term: entry.term, requester, sinceMs });
}
