import { refuse } from '../state/answers.js';
import { sendHeartbeat } from '../leadership/heartbeats.js';
import { createProgress, type Joining, type Leading } from '../state/leading.js';
import type { Requester } from '../state/messages.js';
import type { RaftNode } from '../state/node.js';
import { propose } from '../replication/proposals.js';
import { becomeFollower } from '../leadership/roles.js';

/** A new server may take so many rounds to catch up (thesis, 4.2.1). */
const CATCH_UP_ROUNDS = 10;

/**
 * One server at a time, so that any majority of the old members meets any majority of the new (thesis,
 * 4.1). The leader must have committed an entry of its own term before, or two changes of two leaders
 * could both be half done and have majorities that do not meet (Ongaro's correction of 2015).
 */
function isOpenForChange(node: RaftNode, leading: Leading, requester: Requester): boolean {
  if (node.has('membership-skip-overlap')) return true;
  if (isChanging(node, leading)) refuse(node, requester, 'change-in-progress');
  else if (node.commit < leading.termStart) refuse(node, requester, 'leader-not-ready');
  else return true;
  return false;
}

function isChanging(node: RaftNode, leading: Leading): boolean {
  return (
    leading.joining !== null ||
    node.log.membersIndex > node.commit ||
    leading.proposals.some(({ command }) => command.kind === 'members')
  );
}

/** Lets a server catch up without a vote first, so that it does not hold up commits as a member. */
export function addMember(node: RaftNode, name: string, requester: Requester): void {
  const { leading } = node;
  if (!leading) refuse(node, requester, 'not-leader');
  else if (node.members.includes(name)) refuse(node, requester, 'already-member', 409);
  else if (isOpenForChange(node, leading, requester)) {
    const nowMs = node.now.monotonicMs;
    leading.progress.set(name, createProgress(node.log.lastIndex + 1, nowMs, node.leaseMs));
    const roundTarget = node.log.lastIndex;
    leading.joining = { name, requester, rounds: 1, roundTarget, roundSinceMs: nowMs };
  }
}

export function removeMember(node: RaftNode, name: string, requester: Requester): void {
  const { leading } = node;
  if (!leading) refuse(node, requester, 'not-leader');
  else if (!node.members.includes(name)) refuse(node, requester, 'not-a-member', 404);
  else if (node.members.length === 1) refuse(node, requester, 'last-member', 409);
  else if (isOpenForChange(node, leading, requester)) {
    const members = node.members.filter((member) => member !== name);
    propose(node, { kind: 'members', members }, requester);
  }
}

/** Carries changes of membership on: catching up, and what follows from a committed configuration. */
export function pumpMembership(node: RaftNode, leading: Leading): void {
  if (leading.joining) catchUp(node, leading, leading.joining);
  const expected = node.members.length - (node.isMember ? 1 : 0);
  if (leading.progress.size === expected || isChanging(node, leading)) return;
  for (const name of leading.progress.keys()) {
    if (node.members.includes(name)) continue;
    // A last word, so that the removed server knows that its removal is committed.
    sendHeartbeat(node, leading, name);
    leading.progress.delete(name);
  }
}

/** A leader that is not a member any more leads until its removal is committed (thesis, 4.2.2). */
export function stepDownIfRemoved(node: RaftNode): void {
  if (node.leading && !node.isMember && node.log.membersIndex <= node.commit) {
    becomeFollower(node, node.term, null);
  }
}

/** A round replicates what the log held at its start; the last one must be shorter than an election. */
function catchUp(node: RaftNode, leading: Leading, joining: Joining): void {
  const { name, requester } = joining;
  const nowMs = node.now.monotonicMs;
  const roundMs = nowMs - joining.roundSinceMs;
  const match = leading.progress.get(name)?.match ?? 0;
  if (match < joining.roundTarget) {
    if (roundMs > CATCH_UP_ROUNDS * node.settings.electionTimeoutMs) giveUp(node, leading, joining);
  } else if (roundMs < node.settings.electionTimeoutMs) {
    leading.joining = null;
    const members = [...node.members, name].sort();
    propose(node, { kind: 'members', members }, requester);
  } else if (joining.rounds >= CATCH_UP_ROUNDS) {
    giveUp(node, leading, joining);
  } else {
    joining.rounds++;
    joining.roundTarget = node.log.lastIndex;
    joining.roundSinceMs = nowMs;
  }
}

function giveUp(node: RaftNode, leading: Leading, { name, requester }: Joining): void {
  leading.joining = null;
  leading.progress.delete(name);
  refuse(node, requester, 'not-caught-up');
}
