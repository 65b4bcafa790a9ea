import type { DurabilityEvidence } from '../../checkers/durability/evidence.js';
import { faultsOf, type FaultInTime } from '../../checkers/durability/faults.js';
import type { History, Operation } from '../../harness/history/operation.js';
import type { RunResult } from '../../harness/run/result.js';
import type { RunRecord, RunSpec } from '../../harness/run/spec.js';
import type { Outcome } from '../../harness/verdict.js';
import { findEvidence } from '../../checkers/evidence.js';

/** What a run folder holds. */
export interface RunToCompare {
  directory: string;
  record: RunRecord;
  result: RunResult;
  history: History;
}

/** What became of the acknowledged writes of one run. */
export type ComparedDurability = Pick<
  DurabilityEvidence,
  'acknowledged' | 'lostAsPromised' | 'survivesPowerLoss' | 'powerCuts'
> & {
  /** Null where nothing is known to be lost and not all could be read: what does not come back has not kept all. */
  lost: number | null;
  /** How long before a fault the oldest write that it lost had been acknowledged; null where none was lost. */
  windowMs: number | null;
};

/** The figures of one run. Rates and latencies are those of the load outside of faults: what the mode costs. */
export interface ComparedRun {
  directory: string;
  spec: RunSpec;
  outcome: Outcome;
  sentence: string;
  /** Undefined where the workload does not ask about it. */
  durability?: ComparedDurability;
  /** Operations that ended in ok, a second. */
  okPerSecond: number | null;
  /** Of operations that ended in ok, in milliseconds; null where there was none. */
  p50: number | null;
  p99: number | null;
  p999: number | null;
  /** Of the time under faults, the share of stretches of 100 ms in which anything succeeded; null without faults. */
  availability: number | null;
  /** The longest time from a healing to the first success after it, in milliseconds; null without faults. */
  recoveryMs: number | null;
}

/** Nanoseconds since the run began. */
interface Stretch {
  start: number;
  end: number;
}

const SLOT_NS = 100e6;

export function compareRun({ directory, record, result, history }: RunToCompare): ComparedRun {
  const load = loadOf(result, history);
  const faults = faultsOf(history).map((fault) => within(fault, load));
  const calm = history.operations.filter(
    (operation) =>
      operation.startTime >= load.start &&
      operation.startTime < load.end &&
      !faults.some(({ start, end }) => operation.endTime >= start && operation.startTime < end),
  );
  const calmOk = calm.filter(({ type }) => type === 'ok');
  const calmSeconds = (load.end - load.start - covered(faults)) / 1e9;
  return {
    directory,
    spec: record.spec,
    outcome: result.outcome,
    sentence: result.sentence,
    durability: durabilityOf(result),
    okPerSecond: calmSeconds > 0 ? calmOk.length / calmSeconds : null,
    ...latenciesOf(calmOk),
    availability: availabilityIn(faults, history.operations),
    recoveryMs: slowestRecovery(result),
  };
}

function durabilityOf({ checks }: RunResult): ComparedDurability | undefined {
  const evidence = findEvidence(checks, 'durability');
  if (evidence === undefined) return undefined;
  const { acknowledged, lost, lostAsPromised, unread, survivesPowerLoss, powerCuts } = evidence;
  const windows = evidence.byFault.flatMap(({ windowMs }) => windowMs ?? []);
  const windowMs = windows.length > 0 ? Math.max(...windows) : null;
  const known = lost === 0 && (unread > 0 || acknowledged === 0) ? null : lost;
  return { acknowledged, lost: known, lostAsPromised, survivesPowerLoss, powerCuts, windowMs };
}

/** Where the controller was killed before it wrote its phases, all of the history is load. */
function loadOf({ phases }: RunResult, { events }: History): Stretch {
  const phase = phases.find(({ name }) => name === 'load');
  return phase ?? { start: events[0]?.time ?? 0, end: events.at(-1)?.time ?? 0 };
}

function within({ began, healed }: FaultInTime, { start, end }: Stretch): Stretch {
  return { start: Math.max(start, began), end: Math.min(end, healed) };
}

/** How much time these stretches cover together, in nanoseconds. */
function covered(stretches: readonly Stretch[]): number {
  let [sum, reached] = [0, -Infinity];
  for (const { start, end } of [...stretches].sort((a, b) => a.start - b.start)) {
    sum += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return sum;
}

function latenciesOf(ok: readonly Operation[]): Pick<ComparedRun, 'p50' | 'p99' | 'p999'> {
  const sorted = Float64Array.from(ok, ({ startTime, endTime }) => endTime - startTime).sort();
  const rank = (share: number): number | null =>
    sorted.length === 0 ? null : sorted[Math.ceil(share * sorted.length) - 1] / 1e6;
  return { p50: rank(0.5), p99: rank(0.99), p999: rank(0.999) };
}

function availabilityIn(
  faults: readonly Stretch[],
  operations: readonly Operation[],
): number | null {
  const slots = new Set<number>();
  for (const { start, end } of faults) {
    const first = Math.ceil(start / SLOT_NS);
    for (let slot = first; (slot + 1) * SLOT_NS <= end; slot++) slots.add(slot);
  }
  if (slots.size === 0) return null;
  const served = new Set<number>();
  for (const { type, endTime } of operations) {
    if (type === 'ok') served.add(Math.floor(endTime / SLOT_NS));
  }
  return [...slots].filter((slot) => served.has(slot)).length / slots.size;
}

function slowestRecovery({ checks }: RunResult): number | null {
  const recoveries = findEvidence(checks, 'availability')?.recoveries ?? [];
  const times = recoveries.flatMap(({ recoveryMs }) => recoveryMs ?? []);
  return times.length > 0 ? Math.max(...times) : null;
}
