import { handleAppend, handleHeartbeat } from './replication/append-entries.js';
import {
  followLeader,
  handlePreVote,
  handlePreVoteReply,
  handleTimeoutNow,
  handleVote,
  handleVoteReply,
  isLoyal,
} from './leadership/election.js';
import { acceptForward, handleForwardReplies, type SeenForwards } from './clients/forwarding.js';
import { handleHeartbeatReply } from './leadership/heartbeats.js';
import { handleSnapshot, handleSnapshotReply } from './replication/install-snapshot.js';
import type { Message } from './state/messages.js';
import type { RaftNode } from './state/node.js';
import { handleReadIndex, handleReadIndexReply } from './clients/reads.js';
import { handleAppendReject, handleAppendReply } from './replication/replication.js';
import { handleForwardedRequest } from './clients/requests.js';
import { becomeFollower } from './leadership/roles.js';

/** Takes a peer's message, after the rule of terms has been applied to it (paper, 5.1). */
export function handleMessage(
  node: RaftNode,
  seen: SeenForwards,
  from: string,
  message: Message,
): void {
  if (!observeTerm(node, from, message)) return;
  switch (message.type) {
    case 'pre-vote':
      return handlePreVote(node, from, message);
    case 'pre-vote-reply':
      return handlePreVoteReply(node, from, message);
    case 'vote':
      return handleVote(node, from, message);
    case 'vote-reply':
      return handleVoteReply(node, from, message);
    case 'stale-term':
      return;
    case 'append':
      if (followLeader(node, from)) handleAppend(node, from, message);
      return;
    case 'append-reply':
      return handleAppendReply(node, from, message);
    case 'append-reject':
      return handleAppendReject(node, from, message);
    case 'heartbeat':
      if (followLeader(node, from)) handleHeartbeat(node, from, message);
      return;
    case 'heartbeat-reply':
      return handleHeartbeatReply(node, from, message);
    case 'snapshot':
      if (followLeader(node, from)) handleSnapshot(node, from, message);
      return;
    case 'snapshot-reply':
      return handleSnapshotReply(node, from, message);
    case 'timeout-now':
      return handleTimeoutNow(node, from);
    case 'read-index':
      return handleReadIndex(node, from, message);
    case 'read-index-reply':
      return handleReadIndexReply(node, from, message);
    case 'forward': {
      const requester = acceptForward(node, seen, from, message);
      if (requester) handleForwardedRequest(node, requester, message.path, message.body);
      return;
    }
    case 'forward-replies':
      return handleForwardReplies(node, message);
  }
}

/**
 * A later term makes a follower; a message from an earlier one is not taken, and its sender is told if it
 * thinks that it leads or could. Clients' business and pre-votes carry terms that oblige nobody. Answers
 * whether the message is to be handled.
 */
function observeTerm(node: RaftNode, from: string, message: Message): boolean {
  const { type, term } = message;
  if (type === 'forward' || type === 'forward-replies') return true;
  if (type === 'read-index' || type === 'read-index-reply' || type === 'pre-vote') return true;
  if (type === 'pre-vote-reply' && message.granted) return true;
  if (type === 'vote' && !message.transfer && isLoyal(node)) return false;
  if (term > node.term) becomeFollower(node, term, null);
  if (term === node.term) return true;
  if (type === 'vote' || type === 'append' || type === 'heartbeat' || type === 'snapshot') {
    node.send(from, { type: 'stale-term', term: node.term });
  }
  return false;
}
