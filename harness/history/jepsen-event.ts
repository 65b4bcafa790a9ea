import type { JsonObject, JsonValue } from '../json.js';
import { type HistoryEvent, MISMATCH, type OperationError, TIMEOUT } from './event.js';

/** What Jepsen's clients call a timeout, as a value (in old logs) or as an error. */
const TIMED_OUT = 'timed-out';

/**
 * An event from the fields of one of Jepsen's operations, not yet validated. Positions become times where
 * there are none. A failed cas without a code did not match.
 *
 * @param lastTime of the event before; a time that runs backwards is lifted to it, because there the
 *   order of the lines is what was recorded
 */
export function fromJepsen(fields: JsonObject, index: number, lastTime: number): HistoryEvent {
  const { process, type, f, key, node } = fields;
  const time = typeof fields.time === 'number' ? Math.max(fields.time, lastTime) : lastTime + 1;
  const timedOut = type === 'info' && fields.value === TIMED_OUT;
  return {
    index,
    time,
    process: process as HistoryEvent['process'],
    type: type as HistoryEvent['type'],
    f: f as string,
    key: typeof key === 'number' ? String(key) : (key as string | undefined),
    value: timedOut ? undefined : fields.value,
    node: typeof node === 'string' ? node : undefined,
    error: timedOut ? { code: TIMEOUT } : errorOf(fields),
    meta: undefined,
  };
}

/** Jepsen's errors have any shape: `:timeout`, `"a sentence"`, `[:code "details" …]`, `{:type …}`. */
function errorOf({ type, f, error }: JsonObject): OperationError | undefined {
  if (error === undefined || error === null) {
    return type === 'fail' && f === 'cas' ? { code: MISMATCH } : undefined;
  }
  if (typeof error === 'string' && /^\S+$/.test(error)) {
    return { code: error === TIMED_OUT ? TIMEOUT : error };
  }
  if (Array.isArray(error) && typeof error[0] === 'string' && error.length > 0) {
    return { code: error[0], message: error.slice(1).map(sentence).join(' ') };
  }
  return { code: 'error', message: sentence(error) };
}

function sentence(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * Whether the values are tuples of a key and a value, as jepsen.independent makes them: all invocations of
 * clients are pairs that begin with something simple. A history of nothing but cas [from, to] is not.
 */
export function looksKeyed(events: readonly HistoryEvent[]): boolean {
  const invocations = events.filter(
    ({ type, process }) => type === 'invoke' && process !== 'nemesis',
  );
  const onlyCas = invocations.every(
    ({ f, value }) => f === 'cas' && Array.isArray(value) && !Array.isArray(value[1]),
  );
  return invocations.length > 0 && !onlyCas && invocations.every(({ value }) => isTuple(value));
}

function isTuple(value: JsonValue | undefined): value is JsonValue[] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  return typeof value[0] === 'string' || typeof value[0] === 'number';
}

/** Takes the tuples apart, in place. */
export function splitKeys(events: readonly HistoryEvent[]): void {
  for (const event of events) {
    if (event.process === 'nemesis' || event.key !== undefined || !isTuple(event.value)) continue;
    event.key = String(event.value[0]);
    event.value = event.value[1];
  }
}
