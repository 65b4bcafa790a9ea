import {
  acknowledgeHistory,
  handleAckEpoch,
  handleCepoch,
  handleNewEpoch,
} from './leadership/discovery.js';
import { acceptProposals, handleAck } from './broadcast/broadcast.js';
import { deliverUpTo } from './broadcast/delivery.js';
import { handleNotification } from './leadership/election.js';
import { handleReplies } from './clients/forwarding.js';
import { answerPing, handlePong } from './leadership/heartbeats.js';
import { createLearner, type Leading, type Learner } from './state/leading.js';
import type { Frame, LeaderMessage, LearnerMessage, Message } from './state/messages.js';
import type { Following, ZabNode } from './state/node.js';
import { handleLeaderRequest } from './clients/proposals.js';
import { handleSync, handleSyncReply } from './clients/reads.js';
import { becomeLooking, createChannel, dropLearner } from './leadership/roles.js';
import { takeDifference, takeSnapshot, takeTruncation } from './broadcast/synchronization.js';

export function handleMessage(node: ZabNode, from: string, message: Message): void {
  switch (message.type) {
    case 'notification':
      return handleNotification(node, from, message);
    case 'frame':
      return handleFrame(node, from, message);
    case 'reset':
      return handleReset(node, from, message.connection);
  }
}

/** What does not belong to a connection that is open here is not taken. */
function handleFrame(node: ZabNode, from: string, frame: Frame): void {
  const { following, leading } = node;
  if (following?.leader === from && following.channel.connection === frame.connection) {
    following.lastHeardMs = node.now.monotonicMs;
    for (const body of following.channel.receive(frame)) {
      if (node.following !== following) return;
      handleLeaderMessage(node, following, body as LeaderMessage);
    }
    return;
  }
  const learner = leading && learnerOf(node, leading, from, frame);
  if (leading && learner) {
    learner.lastHeardMs = node.now.monotonicMs;
    for (const body of learner.channel.receive(frame)) {
      if (node.leading !== leading || leading.learners.get(from) !== learner) return;
      handleLearnerMessage(node, leading, from, learner, body as LearnerMessage);
    }
    return;
  }
  // Somebody who wants to follow may be a little early: it will ask again.
  if (node.role === 'looking' && frame.sequence === 1) return;
  node.send(from, { type: 'reset', connection: frame.connection });
}

/** The learner with this connection; the first message of a new one takes the place of an older one. */
function learnerOf(
  node: ZabNode,
  leading: Leading,
  from: string,
  { connection, sequence }: Frame,
): Learner | undefined {
  const known = leading.learners.get(from);
  if (known?.channel.connection === connection) return known;
  if (sequence !== 1 || leading.connections.has(connection)) return undefined;
  leading.connections.add(connection);
  const learner = createLearner(createChannel(node, from, connection), node.now.monotonicMs);
  leading.learners.set(from, learner);
  return learner;
}

function handleReset(node: ZabNode, from: string, connection: string): void {
  const { following, leading } = node;
  if (following?.leader === from && following.channel.connection === connection) {
    becomeLooking(node, `${from} has closed the connection`);
  }
  const learner = leading?.learners.get(from);
  if (leading && learner?.channel.connection === connection) dropLearner(node, leading, from);
}

function handleLeaderMessage(node: ZabNode, following: Following, message: LeaderMessage): void {
  switch (message.type) {
    case 'new-epoch':
      return handleNewEpoch(node, following, message.epoch);
    case 'diff':
      return takeDifference(node, message.zxid);
    case 'trunc':
      return takeTruncation(node, message.zxid);
    case 'snap':
      return takeSnapshot(node, message.snapshot);
    case 'propose':
      return acceptProposals(node, following, message.transactions);
    case 'new-leader':
      return acknowledgeHistory(node, following, message);
    case 'up-to-date':
      following.phase = 'broadcast';
      return deliverUpTo(node, message.zxid);
    case 'commit':
      return deliverUpTo(node, message.zxid);
    case 'ping':
      return answerPing(node, following, message.round);
    case 'replies':
      return handleReplies(node, message.replies);
    case 'sync-reply':
      return handleSyncReply(node, message.id);
  }
}

function handleLearnerMessage(
  node: ZabNode,
  leading: Leading,
  from: string,
  learner: Learner,
  message: LearnerMessage,
): void {
  switch (message.type) {
    case 'cepoch':
      return handleCepoch(node, leading, from, message.accepted);
    case 'ack-epoch':
      return handleAckEpoch(node, leading, from, learner, message);
    case 'ack':
      return handleAck(node, learner, message.zxid);
    case 'pong':
      return handlePong(node, leading, learner, message);
    case 'request':
      return handleLeaderRequest(node, leading, message.request, {
        kind: 'learner',
        name: from,
        channel: learner.channel,
        id: message.id,
      });
    case 'sync':
      return handleSync(node, leading, learner, message.id);
  }
}
