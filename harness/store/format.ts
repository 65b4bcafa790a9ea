import { withKind } from '../evidence.js';
import type { JsonObject, JsonValue } from '../json.js';

/**
 * The format of the run folders that are written today; it stands in `run.json`. Folders of format 1 have no number. Since
 * format 2 evidence says `tookEffect` (it was `bit`), results say `ineffective` (`neverBit`), and random draws among the
 * parameters of a fault are called `draw` and `draws` (`dice`).
 */
export const RUN_FORMAT = 2;

/** The format that a `run.json` says it has. */
export function formatOf(record: JsonValue): number {
  return isObject(record) && typeof record.format === 'number' ? record.format : 1;
}

/** `run.json` in today's words, whatever format it was written in. */
export function recordInToday(record: JsonValue): JsonValue {
  if (!isObject(record) || !isObject(record.spec) || !Array.isArray(record.spec.plan))
    return record;
  return {
    ...record,
    spec: { ...record.spec, plan: record.spec.plan.map((fault) => faultInToday(fault) ?? null) },
  };
}

/** A line of `schedule.jsonl` in today's words. */
export function scheduleEntryInToday(entry: JsonValue): JsonValue {
  return isObject(entry) ? { ...entry, fault: faultInToday(entry.fault) } : entry;
}

/**
 * `results.json` in today's words; one that was judged again since has them already. In a folder of any format evidence may
 * come from a checker that gave it no kind.
 */
export function resultsInToday(results: JsonValue, format: number): JsonValue {
  if (!isObject(results)) return results;
  const today = format < 2 ? renamed(results, { neverBit: 'ineffective' }) : results;
  if (!Array.isArray(today.checks)) return today;
  return { ...today, checks: today.checks.map(checkWithKind) };
}

function checkWithKind(check: JsonValue): JsonValue {
  if (!isObject(check) || check.evidence === undefined) return check;
  return { ...check, evidence: withKind(String(check.checker), check.evidence) };
}

function faultInToday(fault: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(fault)) return fault;
  const { parameters, evidence } = fault;
  return {
    ...fault,
    ...(isObject(parameters) && {
      parameters: renamed(parameters, { dice: Array.isArray(parameters.dice) ? 'draws' : 'draw' }),
    }),
    ...(isObject(evidence) && { evidence: renamed(evidence, { bit: 'tookEffect' }) }),
  };
}

/** The same fields in the same order, some of them under other names. */
function renamed(object: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      Object.hasOwn(names, name) ? names[name] : name,
      value,
    ]),
  );
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
