import type {
  Effect,
  Input,
  Instant,
  Program,
  ProgramConfig,
} from '../../harness/contracts/program.js';
import type { JsonValue } from '../../harness/json.js';
import { advanceCommit } from './broadcast/broadcast.js';
import { chooseEpoch } from './leadership/discovery.js';
import { handleMessage } from './dispatch.js';
import { beginElection, handleFinalizeTimer, notifyAll } from './leadership/election.js';
import { sweepRequests } from './clients/forwarding.js';
import { checkLeader, checkLearners, sendPings } from './leadership/heartbeats.js';
import type { Message } from './state/messages.js';
import { SafetyViolation, ZabNode } from './state/node.js';
import { proposeBatch } from './clients/proposals.js';
import { pumpReads, sweepReads } from './clients/reads.js';
import { recover } from './broadcast/recovery.js';
import { handleClientRequest } from './clients/requests.js';
import { expireSessions } from './broadcast/sessions.js';
import { formatZxid } from './state/zxid.js';

/** A program that lets the simulation's monitor look in. */
export interface ZabProgram extends Program {
  readonly state: Readonly<ZabNode>;
}

/**
 * A ZAB server (Junqueira, Reed and Serafini, "Zab: High-performance broadcast for primary-backup systems", DSN
 * 2011; Medeiros, "ZooKeeper's atomic broadcast protocol: Theory and practice", 2012) with a tree of
 * znodes, without I/O. The client API is in `api.ts`, the settings in `settings.ts`, the seeded bugs in
 * `bugs.ts`. Throws a RangeError for a setting that makes no sense.
 */
export function createZabProgram(config: ProgramConfig): ZabProgram {
  const node = new ZabNode(config);
  let isHalted = false;
  const halt = (error: unknown): Effect[] => {
    if (!(error instanceof SafetyViolation)) throw error;
    isHalted = true;
    return [{ kind: 'halt', reason: error.message }];
  };
  return {
    state: node,
    step(input: Input, now: Instant): Effect[] {
      if (isHalted) return [];
      node.now = now;
      node.deliveries = [];
      try {
        handle(node, input);
        settle(node);
        return node.flush();
      } catch (error) {
        return halt(error);
      }
    },
    status: () => node.describe(),
  };
}

function handle(node: ZabNode, input: Input): void {
  switch (input.kind) {
    case 'start':
      start(node, input.snapshot, input.records);
      break;
    case 'message':
      handleMessage(node, input.from, input.message as unknown as Message);
      break;
    case 'timer':
      if (input.name === 'finalize') handleFinalizeTimer(node);
      else tick(node);
      break;
    case 'request':
      handleClientRequest(node, input.id, input.path, input.body);
      break;
    case 'synced':
      node.outbox.synced(input.token);
      break;
  }
}

function start(node: ZabNode, snapshot: JsonValue, records: readonly JsonValue[]): void {
  recover(node, snapshot, records);
  node.beginIncarnation();
  node.scheduleTick();
  node.say(`starts with history ${formatZxid(node.log.base)} to ${formatZxid(node.log.last)}`);
}

/** Once per tick, on every server. */
function tick(node: ZabNode): void {
  const { leading, following } = node;
  if (leading) {
    checkLearners(node, leading);
    expireSessions(node, leading);
    sendPings(node, leading);
    for (const { channel } of leading.learners.values()) channel.tick(node.now.monotonicMs);
  } else if (following) {
    checkLeader(node, following);
    following.channel.tick(node.now.monotonicMs);
  } else if (!node.needsElection) notifyAll(node);
  node.watches.releaseLate();
  sweepReads(node);
  sweepRequests(node);
  node.scheduleTick();
}

/**
 * Draws the consequences of whatever the input changed: handlers note facts, and this decides what may be
 * proposed, committed, answered and asked for now.
 */
function settle(node: ZabNode): void {
  if (node.needsElection) {
    node.needsElection = false;
    beginElection(node);
  }
  if (node.leading) chooseEpoch(node, node.leading);
  if (node.leading) advanceCommit(node, node.leading);
  if (node.leading) proposeBatch(node, node.leading);
  pumpReads(node);
}
