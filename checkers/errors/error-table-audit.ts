import { MISMATCH } from '../../harness/history/event.js';
import type { History, Operation } from '../../harness/history/operation.js';
import type { JsonValue } from '../../harness/json.js';
import { canonical } from '../models/model.js';

/** A write that a client called failed, and an operation that saw its value all the same. */
interface ErrorTableDefect {
  key: string | null;
  value: JsonValue;
  /** The row of the error table that was wrong to be definite. */
  code: string;
  failed: { index: number; process: number | string; f: string; node: string | null };
  seenBy: { index: number; process: number | string; f: string; node: string | null };
}

/** What an audit found. Any defect is the harness's own: the run's outcome is `error`, never `violation`. */
export interface ErrorTableAudit {
  /** Failed writes whose value nobody else wrote: those that can be audited. */
  audited: number;
  defects: ErrorTableDefect[];
  /** One sentence for a person. */
  summary: string;
}

type Part = (value: JsonValue | undefined) => JsonValue | undefined;
type Parts = Readonly<Record<string, Part>>;

const whole: Part = (value) => value;
const half =
  (index: 0 | 1): Part =>
  (value) =>
    Array.isArray(value) ? value[index] : undefined;

/** What an operation would write, from its input. */
const WRITTEN: Parts = {
  write: whole,
  put: whole,
  cas: half(1),
  'cas-version': half(1),
  add: whole,
  enqueue: whole,
};

/** What a successful operation saw, from its input: a compare-and-set saw the value that it replaced. */
const SEEN_IN_INPUT: Parts = { cas: half(0) };

/** What a successful operation saw, from its output; an array also stands for its items. */
const SEEN_IN_OUTPUT: Parts = { read: whole, get: whole, dequeue: whole };

/**
 * Holds the error table of a target against the history: `fail` says that a write certainly did not take
 * effect and never will. Where its value is seen later, and nobody else wrote that value to that key, the
 * table (or the client) was wrong to call the error definite, and a checker that believed it would accuse the
 * target of a value from nowhere. A failed compare-and-set that saw another value is not an error, so it is
 * left to the checkers.
 */
export function auditFailures(history: History): ErrorTableAudit {
  const writers = countWriters(history.operations);
  const failed = new Map<string, Operation>();
  for (const operation of history.operations) {
    const name = writtenName(operation);
    if (name === undefined || writers.get(name) !== 1) continue;
    if (operation.type === 'fail' && !isMismatch(operation)) failed.set(name, operation);
  }
  const defects = new Map<string, ErrorTableDefect>();
  for (const operation of failed.size > 0 ? history.operations : []) {
    for (const value of seenValues(operation)) {
      const name = nameOf(operation.key, value);
      const writer = failed.get(name);
      if (!writer || defects.has(name) || operation.return < writer.call) continue;
      defects.set(name, defectOf(writer, operation, value));
    }
  }
  return summarize(failed.size, [...defects.values()]);
}

/** In Jepsen's logs a failed compare-and-set has no code: it means a mismatch, too. */
function isMismatch({ f, error }: Operation): boolean {
  return f.startsWith('cas') && (error === undefined || error.code === MISMATCH);
}

function countWriters(operations: readonly Operation[]): Map<string, number> {
  const writers = new Map<string, number>();
  for (const operation of operations) {
    const name = writtenName(operation);
    if (name !== undefined) writers.set(name, (writers.get(name) ?? 0) + 1);
  }
  return writers;
}

/** Null is how a key begins, and how one ends: nobody's value. */
function writtenName({ f, key, input }: Operation): string | undefined {
  const value = partOf(WRITTEN, f, input);
  return value === undefined || value === null ? undefined : nameOf(key, value);
}

function* seenValues({ f, type, input, output }: Operation): Generator<JsonValue> {
  if (type !== 'ok') return;
  const compared = partOf(SEEN_IN_INPUT, f, input);
  if (compared !== undefined) yield compared;
  const returned = partOf(SEEN_IN_OUTPUT, f, output);
  if (returned === undefined) return;
  yield returned;
  if (Array.isArray(returned)) yield* returned;
}

function partOf(parts: Parts, f: string, value: JsonValue | undefined): JsonValue | undefined {
  return Object.hasOwn(parts, f) ? parts[f](value) : undefined;
}

function nameOf(key: string | undefined, value: JsonValue): string {
  return `${JSON.stringify(key ?? null)} ${canonical(value)}`;
}

function defectOf(failed: Operation, seenBy: Operation, value: JsonValue): ErrorTableDefect {
  const pointTo = ({ call, process, f, node }: Operation): ErrorTableDefect['failed'] => ({
    index: call,
    process,
    f,
    node: node ?? null,
  });
  return {
    key: failed.key ?? null,
    value,
    code: failed.error?.code ?? 'none',
    failed: pointTo(failed),
    seenBy: pointTo(seenBy),
  };
}

function summarize(audited: number, defects: ErrorTableDefect[]): ErrorTableAudit {
  if (defects.length === 0) {
    const summary = `none of ${audited} writes that failed with a value of their own was ever seen`;
    return { audited, defects, summary };
  }
  const [{ key, value, code, failed, seenBy }] = defects;
  const place = key === null ? '' : ` to key ${key}`;
  const summary =
    `${defects.length} of ${audited} writes that were called failed took effect: the error table or the ` +
    `client is wrong. First: ${failed.f} of ${JSON.stringify(value)}${place} (operation ${failed.index}) ` +
    `failed with "${code}", and operation ${seenBy.index} (${seenBy.f}) saw it`;
  return { audited, defects, summary };
}
