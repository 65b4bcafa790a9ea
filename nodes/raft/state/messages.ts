import type { JsonObject, JsonValue } from '../../../harness/json.js';

/** What the state machine is told; see `state-machine.ts`. Everything here is JSON, also on disk. */
export type Command =
  | { kind: 'noop' }
  | { kind: 'members'; members: string[] }
  | { kind: 'session' }
  | ({ kind: 'write'; session?: number; sequence?: number } & Write);

export type Write =
  | { op: 'put'; key: string; value: JsonValue }
  | { op: 'delete'; key: string }
  | { op: 'cas'; key: string; expected: JsonValue; value: JsonValue }
  | { op: 'cas-version'; key: string; version: number; value: JsonValue };

/** One entry of the replicated log, and at the same time its record on disk. */
export type Entry = { index: number; term: number; command: Command };

/** What must be on disk before anybody is told of a term or a vote. */
export type HardState = { term: number; votedFor: string | null };

/** What an `append` writes. */
export type DiskRecord = Entry | HardState;

/** A state that stands for all entries up to `index`. */
export type Snapshot = {
  index: number;
  term: number;
  members: string[];
  machine: JsonObject;
};

/** The answer to a request, as HTTP would give it. */
export type Answer = { status: number; body: JsonObject };

/** Names one forwarded request for good: the sender's incarnation, and a number of its own. */
export type ForwardId = { boot: string; sequence: number };

/** Whoever waits for an answer: a client of this node, or a node that forwarded a client's request. */
export type Requester =
  { kind: 'client'; id: number } | { kind: 'peer'; name: string; id: ForwardId };

/**
 * Everything that nodes say to each other. `term` is the sender's when it said it, except in the
 * pre-vote, where it is the term that the sender would campaign in.
 */
export type Message =
  | { type: 'pre-vote'; term: number; lastIndex: number; lastTerm: number }
  | { type: 'pre-vote-reply'; term: number; granted: boolean }
  | { type: 'vote'; term: number; lastIndex: number; lastTerm: number; transfer: boolean }
  | { type: 'vote-reply'; term: number; granted: boolean }
  /** The answer to whoever speaks from a term that is over. */
  | { type: 'stale-term'; term: number }
  | AppendMessage
  | { type: 'append-reply'; term: number; match: number }
  /** `hintIndex` is the last index where the logs can agree, `hintTerm` the term there. */
  | { type: 'append-reject'; term: number; rejected: number; hintIndex: number; hintTerm: number }
  | { type: 'heartbeat'; term: number; commit: number; round: number }
  | { type: 'heartbeat-reply'; term: number; round: number }
  | SnapshotMessage
  | { type: 'snapshot-reply'; term: number; index: number; received: number }
  | { type: 'timeout-now'; term: number }
  | ReadIndexMessage
  | ReadIndexReply
  | ForwardMessage
  | { type: 'forward-replies'; term: number; replies: { id: ForwardId; answer: Answer }[] };

export type AppendMessage = {
  type: 'append';
  term: number;
  prevIndex: number;
  prevTerm: number;
  entries: Entry[];
  commit: number;
};

/** A piece of a snapshot's JSON text, from the character at `offset` on. */
export type SnapshotMessage = {
  type: 'snapshot';
  term: number;
  index: number;
  offset: number;
  total: number;
  data: string;
};

export type ReadIndexMessage = { type: 'read-index'; term: number; id: ForwardId; lease: boolean };

/** `index` null: this node cannot say. `commit` is as in a heartbeat. */
export type ReadIndexReply = {
  type: 'read-index-reply';
  term: number;
  id: ForwardId;
  index: number | null;
  commit: number;
};

export type ForwardMessage = {
  type: 'forward';
  term: number;
  id: ForwardId;
  path: string;
  body: JsonValue;
};

export type MessageOf<T extends Message['type']> = Extract<Message, { type: T }>;
