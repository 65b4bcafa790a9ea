import type { JsonObject, JsonValue } from '../json.js';
import type { HistoryEvent, OperationError, ProcessId } from './event.js';

/** How an operation ended; one without a completion counts as `info`. */
export type OperationType = 'ok' | 'fail' | 'info';

/**
 * An invocation with its completion, or with none.
 *
 * `call` and `return` are positions in the history (event indexes): they order operations totally,
 * where two times may be equal. `return` is Infinity for an operation that ended in `info` or never
 * ended, because it may take effect at any later time.
 */
export interface Operation {
  process: ProcessId;
  f: string;
  key?: string;
  /** What was asked for: the value of the invocation. */
  input: JsonValue;
  /** What came back: the value of the completion; undefined without one. */
  output?: JsonValue;
  type: OperationType;
  call: number;
  return: number;
  /** Nanoseconds since the run began. `endTime` is Infinity where no completion was recorded. */
  startTime: number;
  endTime: number;
  node?: string;
  error?: OperationError;
  meta?: JsonObject;
}

/**
 * Everything that was recorded, in the order in which it was recorded.
 * `operations` are those of clients, by invocation; the nemesis's events are in `events` only.
 */
export interface History {
  events: readonly HistoryEvent[];
  operations: readonly Operation[];
}
