import type { JsonObject, JsonValue } from '../../../harness/json.js';

/**
 * A node of the data tree. Never changed once made: a new state is a new object. `czxid`, `mzxid` and `pzxid`
 * are the transactions that made it, last set its value, and last changed its children; `version` counts the
 * settings of its value, `cversion` the changes of its children. `owner` is the session that an ephemeral
 * node goes with, 0 for a persistent one.
 */
export type Znode = {
  value: JsonValue;
  version: number;
  cversion: number;
  czxid: number;
  mzxid: number;
  pzxid: number;
  owner: number;
};

/** What a path holds from now on; null: nothing. */
export type Change = { path: string; node: Znode | null };

/**
 * What a leader broadcasts, and at the same time its record on disk: not the request, but what came of it, as
 * the state after. So it can be applied again without harm, and means nothing on another history than the
 * one it was computed on: what ZAB's order is for. One without changes is a request that was refused.
 */
export type Transaction = {
  zxid: number;
  changes: Change[];
  /** A session begins, under this transaction's zxid. */
  open?: { timeoutMs: number };
  /** The session that ends. */
  close?: number;
  /** Whose request it was, and through which server it came: for the monitor of the simulation. */
  by?: { session: number; server: string };
};

/** What a server promised: no leader of an epoch before `accepted`; and whose history it has taken over. */
export type Epochs = { accepted: number; current: number };

/** Everything behind this zxid is gone. */
export type Truncation = { truncate: number };

export type LogRecord = Epochs | Truncation | Transaction;

/** The state after the transaction `zxid`. */
export type Snapshot = { zxid: number; tree: JsonValue; sessions: [number, number][] };

/** The answer to a request, as HTTP would give it. */
export type Answer = { status: number; body: JsonObject };

export type WriteOperation =
  | {
      op: 'create';
      path: string;
      value: JsonValue;
      isEphemeral: boolean;
      isSequential: boolean;
    }
  | { op: 'set'; path: string; value: JsonValue; version: number | null }
  | { op: 'delete'; path: string; version: number | null }
  | { op: 'check'; path: string; version: number };

/** What only the leader can decide. `session` null: a client without one. */
export type LeaderRequest =
  | { kind: 'write'; session: number | null; operations: WriteOperation[]; isMulti: boolean }
  | { kind: 'open'; timeoutMs: number }
  | { kind: 'connect'; session: number }
  | { kind: 'close'; session: number };

/** A vote names the server that should lead, and why: its epoch and its last zxid. */
export type Vote = { leader: string; epoch: number; zxid: number };

/** Between any two servers, unreliable: who should lead. `round` orders elections, not epochs. */
export type Notification = {
  type: 'notification';
  round: number;
  role: 'looking' | 'following' | 'leading';
  vote: Vote;
  /** A server that is looking wants to hear others; one that is not speaks only when asked. */
  wantsAnswer: boolean;
};

/** One message of a channel; see `channel.ts`. Without a body it only acknowledges. */
export type Frame = {
  type: 'frame';
  connection: string;
  sequence: number;
  ack: number;
  body?: ChannelMessage;
};

/** This server knows nothing of the channel: it is over. */
export type Reset = { type: 'reset'; connection: string };

export type Message = Notification | Frame | Reset;

/** From a learner (a follower, or a server that becomes one) to its leader. */
export type LearnerMessage =
  | { type: 'cepoch'; accepted: number }
  /** `counts`: the epoch is new to this server, so the leader may count the promise. */
  | { type: 'ack-epoch'; epoch: number; current: number; zxid: number; counts: boolean }
  /** All up to here is durable: the history of the new leader first, then each proposal. */
  | { type: 'ack'; zxid: number }
  /** `touched`: sessions that were heard of here since the last pong. */
  | { type: 'pong'; round: number; touched: number[] }
  | { type: 'request'; id: number; request: LeaderRequest }
  | { type: 'sync'; id: number };

/** From a leader to a learner. */
export type LeaderMessage =
  | { type: 'new-epoch'; epoch: number }
  /** How the learner's history becomes the leader's: what follows is behind this zxid. */
  | { type: 'diff'; zxid: number }
  | { type: 'trunc'; zxid: number }
  | { type: 'snap'; snapshot: Snapshot }
  | { type: 'propose'; transactions: Transaction[] }
  | { type: 'new-leader'; epoch: number; zxid: number }
  | { type: 'up-to-date'; zxid: number }
  | { type: 'commit'; zxid: number }
  | { type: 'ping'; round: number }
  | { type: 'replies'; replies: { id: number; answer: Answer }[] }
  | { type: 'sync-reply'; id: number };

export type ChannelMessage = LearnerMessage | LeaderMessage;

export type MessageOf<T extends ChannelMessage['type']> = Extract<ChannelMessage, { type: T }>;
