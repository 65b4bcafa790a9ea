import type { Clock } from '../environment/environment.js';
import type { Random } from '../environment/random.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { OperationError } from '../history/event.js';
import type { ClusterNode } from './cluster.js';

/** What a client is asked to do. */
export interface Invocation {
  f: string;
  key?: string;
  value?: JsonValue;
}

/** How it ended, in the words of the history. */
export interface Completion {
  type: 'ok' | 'fail' | 'info';
  value?: JsonValue;
  error?: OperationError;
  meta?: JsonObject;
}

/** What a client is made from. */
export interface ClientContext {
  /** The node that this client is of: whoever knows of one alone talks to this one. */
  node: ClusterNode;
  /** All nodes of the cluster in their order, for clients that choose among them; `node` is one of them. */
  nodes: readonly ClusterNode[];
  /** The run's clock, which is virtual in the simulation. */
  clock: Clock;
  /** A stream of this client's own. */
  random: Random;
  /** Settings of the target, complete with defaults. */
  settings: Readonly<Record<string, string>>;
}

/**
 * What one process of the load has: a connection to its node, or to several. It never retries, and it never answers later than it was asked to:
 * past `timeoutMs` it throws a `ClientError` with the code `timeout`.
 */
export interface Client {
  /** Resolves with `ok`, or `fail` with `mismatch`; everything else is thrown as a `ClientError`. */
  invoke(invocation: Invocation, timeoutMs: number): Promise<Completion>;
  close(): Promise<void>;
}

/** An error that the error table of a target can classify by its code. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** One row of an error table: is it certain that the operation did not and will not take effect? */
export interface ErrorRow {
  definite: boolean;
  /** Why we believe so: a line that a person can check against the system's documentation. */
  reason: string;
}

/** By error code. What is not listed is indefinite. */
export type ErrorTable = Readonly<Record<string, ErrorRow>>;

/**
 * The completion that an error stands for: `fail` where the table is definite or where the operation
 * has no effects (a read that brought nothing loses nothing), `info` everywhere else.
 */
export function classifyError(error: unknown, table: ErrorTable, isRead: boolean): Completion {
  const code = error instanceof ClientError ? error.code : 'unexpected';
  const message = error instanceof Error ? error.message : String(error);
  const definite = Object.hasOwn(table, code) && table[code].definite;
  return { type: definite || isRead ? 'fail' : 'info', error: { code, message } };
}
