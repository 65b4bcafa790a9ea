import type { JsonObject, JsonValue } from '../json.js';

/**
 * `invoke`: asked for. `ok`: it happened. `fail`: it certainly did not, and never will.
 * `info`: nobody knows; it may take effect at any later time, even after the run.
 */
export type EventType = 'invoke' | 'ok' | 'fail' | 'info';

/** A client process, or the one that breaks things. */
export type ProcessId = number | 'nemesis';

/** Why an operation ended in `fail` or `info`. `code` is a row of the target's error table. */
export interface OperationError {
  code: string;
  message?: string;
}

/** The code of a compare-and-set that the system answered with "did not match". */
export const MISMATCH = 'mismatch';

/** The code of an operation that got no answer within its time. */
export const TIMEOUT = 'timeout';

/** One line of a history. `time` is in nanoseconds since the run began, from a monotonic clock. */
export interface HistoryEvent {
  index: number;
  time: number;
  process: ProcessId;
  type: EventType;
  f: string;
  key?: string;
  value?: JsonValue;
  node?: string;
  error?: OperationError;
  /** What else the system said with a result: a revision, a zxid, a term. Never judged by models. */
  meta?: JsonObject;
}
