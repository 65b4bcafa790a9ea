import type {
  Effect,
  Input,
  Instant,
  Program,
  ProgramConfig,
} from '../../harness/contracts/program.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import { handleMessage } from './dispatch.js';
import { handleElectionTimer } from './leadership/election.js';
import { SeenForwards, sweepRequests } from './clients/forwarding.js';
import { checkQuorum, confirmRounds, sendHeartbeats } from './leadership/heartbeats.js';
import { pumpMembership, stepDownIfRemoved } from './clients/membership.js';
import type { Message } from './state/messages.js';
import { RaftNode, type RaftState, SafetyViolation } from './state/node.js';
import { appendProposals } from './replication/proposals.js';
import { pumpReads, sweepReads } from './clients/reads.js';
import { recover } from './replication/recovery.js';
import { advanceCommit, replicate, resendLost } from './replication/replication.js';
import { handleClientRequest } from './clients/requests.js';
import { finishHandover, pumpTransfer } from './leadership/transfer.js';

/** A Raft server, and what a monitor may look at between its steps without a copy being made. */
export interface RaftProgram extends Program {
  readonly state: RaftState;
}

/**
 * A Raft server (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", 2014, and
 * Ongaro's thesis, "Consensus: Bridging Theory and Practice") with a key-value store, without I/O. The
 * client API is in `api.ts`, the settings in `settings.ts`, the seeded bugs in `bugs.ts`. Throws a
 * RangeError for a setting that makes no sense.
 */
export function createRaftProgram(config: ProgramConfig): RaftProgram {
  const node = new RaftNode(config);
  const seen = new SeenForwards();
  let isHalted = false;
  const halt = (error: unknown): Effect[] => {
    if (!(error instanceof SafetyViolation)) throw error;
    isHalted = true;
    return [{ kind: 'halt', reason: error.message }];
  };
  return {
    step(input: Input, now: Instant): Effect[] {
      if (isHalted) return [];
      node.now = now;
      try {
        handle(node, seen, input);
        settle(node);
        return node.flush();
      } catch (error) {
        return halt(error);
      }
    },
    status: () => describe(node),
    state: node,
  };
}

function handle(node: RaftNode, seen: SeenForwards, input: Input): void {
  switch (input.kind) {
    case 'start':
      start(node, input.snapshot, input.records);
      break;
    case 'message':
      handleMessage(node, seen, input.from, input.message as Message);
      break;
    case 'timer':
      if (input.name === 'election') handleElectionTimer(node);
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

function start(node: RaftNode, snapshot: JsonValue, records: readonly JsonValue[]): void {
  recover(node, snapshot, records);
  node.beginIncarnation();
  node.lastHeardMs = node.now.monotonicMs;
  node.postponeElection();
  node.scheduleTick();
  node.say(`starts with entries ${node.log.firstIndex} to ${node.log.lastIndex}`);
}

/** Once per heartbeat interval, on every node. */
function tick(node: RaftNode): void {
  if (node.leading) checkQuorum(node, node.leading);
  if (node.leading) {
    sendHeartbeats(node, node.leading);
    resendLost(node, node.leading);
  }
  sweepReads(node);
  sweepRequests(node);
  node.scheduleTick();
}

/**
 * Draws the consequences of whatever the input changed: handlers note facts, and this decides what may be
 * appended, committed, answered and sent now.
 */
function settle(node: RaftNode): void {
  const { leading } = node;
  if (leading) {
    advanceCommit(node, leading);
    confirmRounds(node, leading);
    pumpTransfer(node, leading);
    pumpMembership(node, leading);
    appendProposals(node, leading);
    replicate(node, leading);
    stepDownIfRemoved(node);
  }
  pumpReads(node);
  finishHandover(node);
}

function describe(node: RaftNode): JsonObject {
  return {
    name: node.name,
    role: node.role,
    term: node.term,
    votedFor: node.hard.votedFor,
    leader: node.leader,
    ready: node.leader !== null,
    commit: node.commit,
    applied: node.applied,
    firstIndex: node.log.firstIndex,
    lastIndex: node.log.lastIndex,
    members: [...node.members],
  };
}
