import type { Leading, Learner } from '../state/leading.js';
import type { MessageOf } from '../state/messages.js';
import type { Following, ZabNode } from '../state/node.js';
import { becomeLooking, dropLearner } from './roles.js';
import { touch } from '../broadcast/sessions.js';

/** Tells all learners that the leader lives. An answer proves that its sender still followed it. */
export function sendPings(node: ZabNode, leading: Leading): void {
  leading.round++;
  for (const learner of leading.learners.values()) {
    if (learner.isSynchronizing) {
      learner.channel.send({ type: 'ping', round: leading.round }, node.now.monotonicMs);
    }
  }
}

export function answerPing(node: ZabNode, following: Following, round: number): void {
  const touched = [...node.touched];
  node.touched.clear();
  following.channel.send({ type: 'pong', round, touched }, node.now.monotonicMs);
}

export function handlePong(
  node: ZabNode,
  leading: Leading,
  learner: Learner,
  { round, touched }: MessageOf<'pong'>,
): void {
  learner.round = Math.max(learner.round, round);
  for (const session of touched) touch(node, leading, session);
}

/** Notes the latest round that a quorum has answered. */
export function confirmRounds(node: ZabNode, leading: Leading): void {
  const rounds = [...leading.learners.values()].map(({ round }) => round);
  const confirmed = [leading.round, ...rounds].sort((a, b) => b - a).at(node.quorum - 1) ?? 0;
  leading.confirmedRound = Math.max(leading.confirmedRound, confirmed);
}

/**
 * Once per tick. A learner that is silent, or does not acknowledge what it was sent, is given up; a leader
 * without a quorum of learners, and one that does not become established in time, gives up itself.
 */
export function checkLearners(node: ZabNode, leading: Leading): void {
  const nowMs = node.now.monotonicMs;
  const limitMs = node.ticks(node.settings.syncLimit);
  const initMs = node.ticks(node.settings.initLimit);
  for (const [name, { lastHeardMs, owesSinceMs, isUpToDate }] of leading.learners) {
    const isSilent = nowMs - lastHeardMs > limitMs;
    const patienceMs = isUpToDate ? limitMs : initMs;
    const isBehind = owesSinceMs !== null && nowMs - owesSinceMs > patienceMs;
    if (isSilent || isBehind) dropLearner(node, leading, name);
  }
  if (leading.phase === 'broadcast') {
    const active = [...leading.learners.values()].filter(({ isUpToDate }) => isUpToDate);
    const mayStay = active.length + 1 >= node.quorum || node.has('deposed-leader');
    if (!mayStay) becomeLooking(node, 'it has lost its quorum');
  } else if (nowMs - leading.sinceMs > initMs) {
    becomeLooking(node, 'no quorum has come in time');
  }
}

/** Once per tick: a leader that is silent is given up, and one that does not bring us up to date. */
export function checkLeader(node: ZabNode, following: Following): void {
  const nowMs = node.now.monotonicMs;
  const isReady = following.phase === 'broadcast';
  const limitMs = node.ticks(isReady ? node.settings.syncLimit : node.settings.initLimit);
  const sinceMs = isReady ? following.lastHeardMs : following.sinceMs;
  if (nowMs - sinceMs > limitMs) becomeLooking(node, `${following.leader} is silent`);
}
