import { MISMATCH } from '../../harness/history/event.js';
import type { Vocabulary } from '../../harness/contracts/operations/vocabulary.js';
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

/**
 * Holds the error table of a target against the history: `fail` says that a write certainly did not take
 * effect and never will. Where its value is seen later, and nobody else wrote that value to that key, the
 * table (or the client) was wrong to call the error definite, and a checker that believed it would accuse the
 * target of a value from nowhere. A failed compare-and-set that saw another value is not an error, so it is
 * left to the checkers. What writes and what sees is a matter of the operations' families.
 */
export function auditFailures(history: History, operations: Vocabulary): ErrorTableAudit {
  const writers = countWriters(history.operations, operations);
  const failed = new Map<string, Operation>();
  for (const operation of history.operations) {
    const name = writtenName(operation, operations);
    if (name === undefined || writers.get(name) !== 1) continue;
    if (operation.type === 'fail' && !isMismatch(operation, operations)) {
      failed.set(name, operation);
    }
  }
  const defects = new Map<string, ErrorTableDefect>();
  for (const operation of failed.size > 0 ? history.operations : []) {
    for (const value of seenValues(operation, operations)) {
      const name = nameOf(operation.key, value);
      const writer = failed.get(name);
      if (!writer || defects.has(name) || operation.return < writer.call) continue;
      defects.set(name, defectOf(writer, operation, value));
    }
  }
  return summarize(failed.size, [...defects.values()]);
}

/** In Jepsen's logs a failed compare-and-set has no code: it means a mismatch, too. */
function isMismatch({ f, error }: Operation, operations: Vocabulary): boolean {
  const { compares = false } = operations.shapeOf(f) ?? {};
  return compares && (error === undefined || error.code === MISMATCH);
}

function countWriters(history: readonly Operation[], operations: Vocabulary): Map<string, number> {
  const writers = new Map<string, number>();
  for (const operation of history) {
    const name = writtenName(operation, operations);
    if (name !== undefined) writers.set(name, (writers.get(name) ?? 0) + 1);
  }
  return writers;
}

/** Null is how a key begins, and how one ends: nobody's value. */
function writtenName({ f, key, input }: Operation, operations: Vocabulary): string | undefined {
  const value = operations.shapeOf(f)?.writes?.(input);
  return value === undefined || value === null ? undefined : nameOf(key, value);
}

function seenValues(
  { f, type, input, output }: Operation,
  operations: Vocabulary,
): readonly JsonValue[] {
  return type === 'ok' ? (operations.shapeOf(f)?.sees?.(input, output) ?? []) : [];
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
