import type { JsonObject, JsonValue } from '../json.js';
import type { Random } from '../environment/random.js';

/**
 * A node of ours without I/O. It is given inputs, one at a time, and answers each with effects that its
 * host carries out **in their order**. `nodes/host` runs it over TCP and real files, the simulation
 * runs the same object in virtual time.
 */
export interface Program {
  step(input: Input, now: Instant): Effect[];
  /** What `/status` and the harness see; a copy, JSON only. */
  status(): JsonObject;
}

/** The node's own clocks at an input: `monotonicMs` never goes back, `wallMs` may be skewed. */
export interface Instant {
  monotonicMs: number;
  wallMs: number;
}

export interface ProgramConfig {
  name: string;
  /** All members at the start, itself among them. */
  members: readonly string[];
  random: Random;
  settings: Readonly<Record<string, string>>;
  bugs: ReadonlySet<string>;
}

export type Input =
  /** First input, once: what the disk held. `snapshot` is null where there is none. */
  | { kind: 'start'; snapshot: JsonValue; records: readonly JsonValue[] }
  /** From a peer. Messages may be lost, doubled, late and out of order. Never change one. */
  | { kind: 'message'; from: string; message: JsonValue }
  /** A timer that the program set has run out. */
  | { kind: 'timer'; name: string }
  /** A client's request; to be answered by one `reply` with its id, or never. */
  | { kind: 'request'; id: number; path: string; body: JsonValue }
  /** Everything appended before the `sync` with this token is as durable as the mode makes it. */
  | { kind: 'synced'; token: number };

export type Effect =
  | { kind: 'send'; to: string; message: JsonValue }
  /** Sets or sets anew the timer of this name; null clears it. */
  | { kind: 'timer'; name: string; delayMs: number | null }
  /** Adds records to the end of the log. They survive a kill, and a power cut once synced. */
  | { kind: 'append'; records: readonly JsonValue[] }
  /** Asks for a `synced` with this token. Tokens are answered in order; a later one may answer for all. */
  | { kind: 'sync'; token: number }
  /**
   * Replaces everything on disk, in one step that a crash cannot halve: on recovery there is either all
   * that was before, or this snapshot and these records. Later appends come behind them.
   */
  | { kind: 'checkpoint'; snapshot: JsonValue; records: readonly JsonValue[] }
  | { kind: 'reply'; id: number; status: number; body: JsonValue }
  /** A line for the node's log. */
  | { kind: 'log'; line: string }
  /** The program cannot go on; the host says why and ends with an exit code that is not 0. */
  | { kind: 'halt'; reason: string };
