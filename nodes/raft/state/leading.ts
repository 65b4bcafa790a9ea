import type { Command, Requester } from './messages.js';

/** How a leader sends to a follower: finding where the logs agree, at full speed, or a snapshot. */
type ProgressMode = 'probe' | 'pipeline' | 'snapshot';

/** What a leader knows of one follower. Invariant: 0 <= match < next. */
export interface Progress {
  mode: ProgressMode;
  /** All up to here is durable at the follower and equal to ours. */
  match: number;
  /** The next entry to be sent. */
  next: number;
  /** The last indexes of the messages that are under way; in probe mode there is at most one. */
  inFlight: number[];
  /** On the lease's clock. */
  lastContactMs: number;
  /** When entries were last acknowledged, or sent after everything had been. */
  lastProgressMs: number;
  /** The latest heartbeat round that was answered. */
  round: number;
  transfer: { index: number; text: string; offset: number } | null;
}

/** A read that wants to know up to where it must wait; null where this node cannot say. */
export interface IndexRequest {
  lease: boolean;
  resolve: (index: number | null) => void;
}

export interface Proposal {
  command: Command;
  requester: Requester | null;
}

/** A leader's knowledge; made when it is elected, gone when it steps down. */
export interface Leading {
  progress: Map<string, Progress>;
  /** All up to here is durable in the leader's own log. */
  selfMatch: number;
  /** The first entry of this term; until it is committed the leader does not know what else is. */
  termStart: number;
  sinceMs: number;
  /** Commands that wait for the sync under way, so that one sync serves many (group commit). */
  proposals: Proposal[];
  round: number;
  /** When each round that may still be confirmed was sent, on the lease's clock. */
  roundSentMs: Map<number, number>;
  confirmedRound: number;
  leaseStartMs: number;
  /** Reads to be confirmed by a round to come, and by the one under way. */
  indexRequests: IndexRequest[];
  confirming: { round: number; index: number; requests: IndexRequest[] } | null;
  joining: Joining | null;
  transfer: Transfer | null;
  /** A peer was told to campaign at once: from here on no lease of this term holds. */
  leaseForfeited: boolean;
}

/** A server that catches up before it becomes a member (thesis, 4.2.1). */
export interface Joining {
  name: string;
  requester: Requester;
  rounds: number;
  roundTarget: number;
  roundSinceMs: number;
}

interface Transfer {
  to: string;
  requester: Requester;
  deadlineMs: number;
  isSent: boolean;
}

/** A follower of whom nothing is known but that it should have what comes next. */
export function createProgress(next: number, nowMs: number, leaseMs: number): Progress {
  return {
    mode: 'probe',
    match: 0,
    next,
    inFlight: [],
    lastContactMs: leaseMs,
    lastProgressMs: nowMs,
    round: 0,
    transfer: null,
  };
}
