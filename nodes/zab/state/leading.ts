import type { Channel } from './channel.js';
import type { Answer, LeaderRequest } from './messages.js';
import type { Requester } from './requester.js';
import type { DataTree } from './tree.js';

/** What a leader knows of one learner. */
export interface Learner {
  readonly channel: Channel;
  lastHeardMs: number;
  /** What it said of its history, once it has accepted the epoch. */
  history: { current: number; zxid: number } | null;
  /** From the start of its synchronization on it gets every proposal. */
  isSynchronizing: boolean;
  /** All up to here is durable there; null until it has the new leader's history. */
  acked: number | null;
  /** Since when there is something that it was sent and has not acknowledged. */
  owesSinceMs: number | null;
  isUpToDate: boolean;
  /** The latest ping that was answered. */
  round: number;
}

/** A request that waits to be made a transaction. */
export interface Proposal {
  /** Null for what the leader does of itself. */
  requester: Requester | null;
  request: Exclude<LeaderRequest, { kind: 'connect' }>;
  /** The server that the client is connected to. */
  server: string;
}

/** A session as its leader sees it: not replicated, so each new leader begins anew. */
export interface TrackedSession {
  deadlineMs: number;
  /** The server that it moved to last; null until one is heard of. */
  owner: string | null;
  isClosing: boolean;
}

/**
 * A leader's knowledge; made when it is elected, gone when it gives up. Three phases, as in the paper:
 * discovery until a quorum has promised to follow no earlier epoch, synchronization until a quorum has its
 * history, broadcast from then on.
 */
export interface Leading {
  phase: 'discovery' | 'synchronization' | 'broadcast';
  sinceMs: number;
  /** Null until a quorum has said what it has accepted so far. */
  epoch: number | null;
  /** The own promise of the epoch is durable, so it may be asked of others. */
  isAnnounced: boolean;
  learners: Map<string, Learner>;
  /** Connections of this leadership, those that are over too: none of them is opened twice. */
  connections: Set<string>;
  accepted: Map<string, number>;
  promises: Set<string>;
  /** The last transaction of the history that it began with. */
  initialZxid: number;
  /** All up to here is durable in the own log; null until its epoch is. */
  selfAcked: number | null;
  counter: number;
  /** The state after all that was proposed, committed or not: requests are judged by it. */
  ahead: DataTree;
  proposals: Proposal[];
  /** Answers that wait until their transaction is committed, in the order of zxids. */
  answers: { zxid: number; requester: Requester; answer: Answer }[];
  sessions: Map<number, TrackedSession>;
  round: number;
  confirmedRound: number;
  /** Syncs that wait for a round to come, and for the one under way. */
  syncs: (() => void)[];
  confirming: { round: number; syncs: (() => void)[] } | null;
}

export function createLearner(channel: Channel, nowMs: number): Learner {
  return {
    channel,
    lastHeardMs: nowMs,
    history: null,
    isSynchronizing: false,
    acked: null,
    owesSinceMs: null,
    isUpToDate: false,
    round: 0,
  };
}
