import type { JsonValue } from '../../../harness/json.js';
import { answerUncertain, refuse } from '../state/answers.js';
import type { ForwardId, ForwardMessage, MessageOf, Requester } from '../state/messages.js';
import { type RaftNode, REQUEST_TIMEOUT_MS } from '../state/node.js';

/** Gives a client's request to the leader, once: what becomes of a lost one, nobody knows. */
export function forward(node: RaftNode, path: string, body: JsonValue, id: number): void {
  if (node.leader === null) {
    refuse(node, { kind: 'client', id }, 'no-leader');
    return;
  }
  const sequence = node.nextSequence();
  node.forwards.set(sequence, { id, sinceMs: node.now.monotonicMs });
  const forwardId = { boot: node.boot, sequence };
  node.send(node.leader, { type: 'forward', term: node.term, id: forwardId, path, body });
}

export function handleForwardReplies(node: RaftNode, message: MessageOf<'forward-replies'>): void {
  for (const { id, answer } of message.replies) {
    const forwarded = id.boot === node.boot ? node.forwards.get(id.sequence) : undefined;
    if (!forwarded) continue;
    node.forwards.delete(id.sequence);
    node.answer({ kind: 'client', id: forwarded.id }, answer);
  }
}

/** How far behind the newest number of a sender a message may arrive and still be taken. */
const REORDER_WINDOW = 4096;

/** Which forwarded requests of each sender's incarnation were seen, so that none is taken twice. */
export class SeenForwards {
  private readonly senders = new Map<string, { newest: number; seen: Set<number> }>();

  /** Whether this one is new; the next time it is not. */
  add({ boot, sequence }: ForwardId): boolean {
    const sender = this.senders.get(boot) ?? { newest: 0, seen: new Set<number>() };
    this.senders.set(boot, sender);
    if (sequence <= sender.newest - REORDER_WINDOW || sender.seen.has(sequence)) return false;
    sender.seen.add(sequence);
    sender.newest = Math.max(sender.newest, sequence);
    if (sender.seen.size > 2 * REORDER_WINDOW) {
      const oldest = sender.newest - REORDER_WINDOW;
      for (const number of sender.seen) if (number <= oldest) sender.seen.delete(number);
    }
    return true;
  }
}

/**
 * Whether to take a forwarded request: only the first copy of it, and only as the leader of the term
 * that the sender meant. A copy from a term that was over when this incarnation began is dropped without
 * an answer, since the incarnation before may have taken one.
 */
export function acceptForward(
  node: RaftNode,
  seen: SeenForwards,
  from: string,
  message: ForwardMessage,
): Requester | null {
  if (message.term <= node.bootTerm || !seen.add(message.id)) return null;
  const requester: Requester = { kind: 'peer', name: from, id: message.id };
  if (node.leading && message.term === node.term) return requester;
  refuse(node, requester, 'not-leader');
  return null;
}

/** Tells clients whose request was lost on the way, or whose entry does not commit, that nobody knows. */
export function sweepRequests(node: RaftNode): void {
  const oldestMs = node.now.monotonicMs - REQUEST_TIMEOUT_MS;
  // Both are in the order of time.
  for (const [sequence, { id, sinceMs }] of node.forwards) {
    if (sinceMs >= oldestMs) break;
    node.forwards.delete(sequence);
    answerUncertain(node, { kind: 'client', id }, 'timeout');
  }
  for (const [index, { requester, sinceMs }] of node.waiters) {
    if (sinceMs >= oldestMs) break;
    node.waiters.delete(index);
    answerUncertain(node, requester, 'timeout');
  }
}
