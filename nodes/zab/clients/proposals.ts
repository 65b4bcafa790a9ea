import { refuse } from '../state/answers.js';
import type { Leading, Proposal } from '../state/leading.js';
import type { Answer, LeaderRequest, Transaction } from '../state/messages.js';
import type { Requester } from '../state/requester.js';
import type { ZabNode } from '../state/node.js';
import { prepareClose, prepareWrite } from './preparation.js';
import { becomeLooking } from '../leadership/roles.js';
import { claim, touch } from '../broadcast/sessions.js';
import { appendTransactions, BATCH_LIMIT } from '../broadcast/synchronization.js';
import { zxidOf } from '../state/zxid.js';

/** The largest counter of an epoch; the next leader begins a new one. */
const LAST_COUNTER = 2 ** 32 - 1;

/** A request of this server's own client, or of a learner's. */
export function handleLeaderRequest(
  node: ZabNode,
  leading: Leading,
  request: LeaderRequest,
  requester: Requester,
): void {
  const server = requester.kind === 'client' ? node.name : requester.name;
  if (leading.phase !== 'broadcast') refuse(node, requester, 'no-leader');
  else if (request.kind === 'connect') connect(node, leading, request.session, requester, server);
  else leading.proposals.push({ requester, request, server });
}

/** A session comes to another server: from now on it belongs there. */
function connect(
  node: ZabNode,
  leading: Leading,
  session: number,
  requester: Requester,
  server: string,
): void {
  const tracked = leading.sessions.get(session);
  if (!tracked || tracked.isClosing) {
    refuse(node, requester, 'session-expired', 410);
    return;
  }
  tracked.owner = server;
  touch(node, leading, session);
  node.answer(requester, { status: 200, body: { session } });
}

/**
 * Makes transactions of what has come while the disk was busy, so that they share the next sync, and sends
 * them to all followers in the order of their zxids.
 */
export function proposeBatch(node: ZabNode, leading: Leading): void {
  if (leading.proposals.length === 0 || leading.phase !== 'broadcast') return;
  if (node.outbox.isSyncing || leading.epoch === null) return;
  const proposals = leading.proposals.splice(0, BATCH_LIMIT);
  if (leading.counter + proposals.length > LAST_COUNTER) {
    becomeLooking(node, 'the numbers of its epoch are used up');
    return;
  }
  const transactions: Transaction[] = [];
  for (const proposal of proposals) {
    const zxid = zxidOf(leading.epoch, leading.counter + 1);
    const prepared = prepare(node, leading, proposal, zxid);
    if (prepared) transactions.push(prepared);
  }
  broadcast(node, leading, transactions);
}

/** Null where there is nothing to agree on: who asked has been answered. */
function prepare(
  node: ZabNode,
  leading: Leading,
  proposal: Proposal,
  zxid: number,
): Transaction | null {
  const { requester, request, server } = proposal;
  const session = request.kind === 'open' ? null : request.session;
  if (session !== null && requester) {
    const claimed = claim(node, leading, session, server);
    const isLate = claimed === 'session-expired' && node.has('kept-ephemeral');
    if (typeof claimed === 'string' && !isLate) {
      refuse(node, requester, claimed, claimed === 'session-moved' ? 409 : 410);
      return null;
    }
  }
  leading.counter++;
  const { transaction, answer } = perform(node, leading, proposal, zxid);
  if (session !== null && requester) transaction.by = { session, server };
  if (requester) leading.answers.push({ zxid, requester, answer });
  return transaction;
}

function perform(
  node: ZabNode,
  leading: Leading,
  { request, server }: Proposal,
  zxid: number,
): { transaction: Transaction; answer: Answer } {
  const { ahead } = leading;
  switch (request.kind) {
    case 'open': {
      const { timeoutMs } = request;
      ahead.sessions.set(zxid, timeoutMs);
      leading.sessions.set(zxid, { deadlineMs: Infinity, owner: server, isClosing: false });
      touch(node, leading, zxid);
      const body = { session: zxid, timeoutMs, zxid };
      return {
        transaction: { zxid, changes: [], open: { timeoutMs } },
        answer: { status: 200, body },
      };
    }
    case 'close': {
      const { session } = request;
      const changes = prepareClose(ahead, session, zxid);
      ahead.sessions.delete(session);
      leading.sessions.delete(session);
      const body = { closed: session, zxid };
      return { transaction: { zxid, changes, close: session }, answer: { status: 200, body } };
    }
    case 'write': {
      const { operations, session, isMulti } = request;
      const { changes, results, refusal } = prepareWrite(ahead, operations, zxid, session);
      const body = isMulti ? { results, zxid } : { ...results[0], zxid };
      // A refusal is a transaction too: it is true only where it stands, and only a quorum can say so.
      return { transaction: { zxid, changes }, answer: refusal ?? { status: 200, body } };
    }
  }
}

function broadcast(node: ZabNode, leading: Leading, transactions: Transaction[]): void {
  if (transactions.length === 0) return;
  const nowMs = node.now.monotonicMs;
  appendTransactions(node, transactions);
  const sent = node.has('unordered-proposals') ? transactions.toReversed() : transactions;
  for (const learner of leading.learners.values()) {
    if (!learner.isSynchronizing) continue;
    learner.channel.send({ type: 'propose', transactions: sent }, nowMs);
    learner.owesSinceMs ??= nowMs;
  }
  const { last } = node.log;
  node.outbox.whenDurable(() => {
    if (node.leading === leading) leading.selfAcked = last;
  });
}
