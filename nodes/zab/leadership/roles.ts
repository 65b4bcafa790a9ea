import { answerUncertain, refuse } from '../state/answers.js';
import { Channel } from '../state/channel.js';
import type { Leading } from '../state/leading.js';
import type { ZabNode } from '../state/node.js';

/** Gives up whatever it was and looks for a leader. The next tick begins the election. */
export function becomeLooking(node: ZabNode, reason: string): void {
  const { leading, following } = node;
  if (node.role !== 'looking') node.say(`${node.role} gives up: ${reason}`);
  node.role = 'looking';
  node.following = null;
  node.leading = null;
  node.isFinalizing = false;
  node.needsElection = true;
  if (following) node.send(following.leader, reset(following.channel));
  if (leading) {
    for (const [name, { channel }] of leading.learners) node.send(name, reset(channel));
    abandonLeadership(node, leading);
  }
  abandonClients(node);
  node.watches.clear();
  node.touched.clear();
  node.renewals.clear();
}

function reset({ connection }: Channel): { type: 'reset'; connection: string } {
  return { type: 'reset', connection };
}

/** What was not proposed never will be; what was, may still be committed by another leader. */
function abandonLeadership(node: ZabNode, leading: Leading): void {
  for (const { requester } of leading.proposals) {
    if (requester?.kind === 'client') refuse(node, requester, 'not-leader');
  }
  for (const { requester } of leading.answers) {
    if (requester.kind === 'client') answerUncertain(node, requester, 'leadership-lost');
  }
}

/** A client whose request the leader may have got is told so; a read has lost nothing. */
function abandonClients(node: ZabNode): void {
  for (const id of node.forwarded.keys()) {
    answerUncertain(node, { kind: 'client', id }, 'leader-lost');
  }
  node.forwarded.clear();
  for (const { id } of [...node.collectedReads, ...(node.askedReads?.reads ?? [])]) {
    refuse(node, { kind: 'client', id }, 'no-leader');
  }
  node.collectedReads = [];
  node.askedReads = null;
}

export function becomeFollowing(node: ZabNode, leader: string): void {
  const nowMs = node.now.monotonicMs;
  const channel = createChannel(node, leader, node.nameConnection());
  node.role = 'following';
  node.following = {
    leader,
    channel,
    sinceMs: nowMs,
    lastHeardMs: nowMs,
    phase: 'discovery',
    epoch: null,
    hasHistory: false,
  };
  node.say(`follows ${leader}`);
  channel.send({ type: 'cepoch', accepted: node.epochs.accepted }, nowMs);
}

export function becomeLeading(node: ZabNode): void {
  node.role = 'leading';
  node.leading = {
    phase: 'discovery',
    sinceMs: node.now.monotonicMs,
    epoch: null,
    isAnnounced: false,
    learners: new Map(),
    connections: new Set(),
    accepted: new Map([[node.name, node.epochs.accepted]]),
    promises: new Set(),
    initialZxid: node.log.last,
    selfAcked: null,
    counter: 0,
    ahead: node.tree,
    proposals: [],
    answers: [],
    sessions: new Map(),
    round: 0,
    confirmedRound: 0,
    syncs: [],
    confirming: null,
  };
  node.say('was elected');
}

export function createChannel(node: ZabNode, peer: string, connection: string): Channel {
  return new Channel(connection, (frame) => node.send(peer, frame), node.ticks(2));
}

/** Ends the connection; the learner may come again with a new one. */
export function dropLearner(node: ZabNode, leading: Leading, name: string): void {
  const learner = leading.learners.get(name);
  if (!learner) return;
  leading.learners.delete(name);
  node.send(name, reset(learner.channel));
  node.say(`drops ${name}`);
}
