import type { Checker } from '../../harness/contracts/checker.js';
import type { HistoryEvent } from '../../harness/history/event.js';
import type { History } from '../../harness/history/operation.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import type { CheckResult } from '../../harness/verdict.js';
import type { AvailabilityBucket, AvailabilityEvidence, FaultRecovery } from './evidence.js';

const CHECKER = 'availability';
const BUCKETS = 100;

/**
 * When operations succeeded and when none did, and how fast they did again after each fault's healing.
 * Figures, not a promise: `valid` when anything succeeded at all and after every healing, otherwise
 * `unknown`. Reads faults from events of the process `nemesis`: f = the fault's name,
 * value = { action: 'inject' | 'heal', id, nodes, variant }.
 */
export function createAvailabilityChecker(): Checker {
  return {
    name: CHECKER,
    description: 'how long nothing succeeded, and how fast it recovered after each fault',
    check: (history) => Promise.resolve(judge(history)),
  };
}

function judge(history: History): CheckResult<AvailabilityEvidence> {
  const completions = history.events.filter(
    ({ process, type }) => process !== 'nemesis' && type !== 'invoke',
  );
  const okTimes = completions.filter(({ type }) => type === 'ok').map(({ time }) => time);
  const endTime = history.events.at(-1)?.time ?? 0;
  const bucketNs = Math.max(1, Math.ceil((endTime + 1) / BUCKETS));
  const longestGap = findLongestGap(okTimes, history.events[0]?.time ?? 0, endTime);
  const recoveries = findRecoveries(history, okTimes);
  const okShare = completions.length === 0 ? 0 : okTimes.length / completions.length;
  const buckets = fillBuckets(completions, bucketNs);
  const bucketMs = bucketNs / 1e6;
  const evidence: AvailabilityEvidence = {
    kind: 'availability',
    bucketMs,
    buckets,
    okShare,
    longestGap,
    recoveries,
  };
  const lost = recoveries.filter(
    ({ healedAt, recoveryMs }) => healedAt !== null && recoveryMs === null,
  );
  if (okTimes.length === 0 || lost.length > 0) {
    const summary =
      okTimes.length === 0
        ? 'No operation ever succeeded.'
        : `Nothing called after the healing of ${lost.map(({ fault }) => fault).join(', ')} succeeded.`;
    const unknownReason = 'not enough data';
    return { checker: CHECKER, verdict: 'unknown', unknownReason, summary, evidence };
  }
  return { checker: CHECKER, verdict: 'valid', summary: summarize(evidence), evidence };
}

function summarize({ okShare, longestGap, recoveries }: AvailabilityEvidence): string {
  const slowest = Math.max(0, ...recoveries.map(({ recoveryMs }) => recoveryMs ?? 0));
  const share = `${(100 * okShare).toFixed(1)} % of the operations that ended succeeded`;
  const gap = longestGap
    ? `; longest time without a success ${longestGap.milliseconds.toFixed(0)} ms`
    : '';
  const recovered = recoveries.length === 0 ? '' : `; slowest recovery ${slowest.toFixed(0)} ms`;
  return `${share}${gap}${recovered}.`;
}

function fillBuckets(completions: readonly HistoryEvent[], bucketNs: number): AvailabilityBucket[] {
  const buckets: AvailabilityBucket[] = [];
  for (const { time, type } of completions) {
    const at = Math.floor(time / bucketNs);
    while (buckets.length <= at) {
      buckets.push({ time: buckets.length * bucketNs, ok: 0, fail: 0, info: 0 });
    }
    if (type !== 'invoke') buckets[at][type]++;
  }
  return buckets;
}

/** `okTimes` in order; the time before the first and after the last success counts too. */
function findLongestGap(
  okTimes: readonly number[],
  start: number,
  end: number,
): AvailabilityEvidence['longestGap'] {
  let longest: AvailabilityEvidence['longestGap'] = null;
  let last = start;
  for (const time of [...okTimes, end]) {
    const milliseconds = (time - last) / 1e6;
    if (milliseconds > (longest?.milliseconds ?? 0)) longest = { fromTime: last, milliseconds };
    last = time;
  }
  return longest;
}

function findRecoveries(history: History, okTimes: readonly number[]): FaultRecovery[] {
  const faults = new Map<number, FaultRecovery>();
  for (const event of history.events) {
    const value = event.process === 'nemesis' ? asObject(event.value) : undefined;
    if (value === undefined || typeof value.id !== 'number') continue;
    // A fault has an event when it begins and another when it is done; the later one counts.
    if (value.action === 'inject') faults.set(value.id, readInjection(event, value, value.id));
    const fault = faults.get(value.id);
    if (value.action === 'heal' && fault) fault.healedAt = event.time;
  }
  for (const fault of faults.values()) measureRecovery(fault, history, okTimes);
  return [...faults.values()];
}

function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

function readInjection(event: HistoryEvent, value: JsonObject, id: number): FaultRecovery {
  const nodes = Array.isArray(value.nodes) ? value.nodes : [];
  return {
    id,
    fault: event.f,
    variant: typeof value.variant === 'string' ? value.variant : null,
    nodes: nodes.filter((node) => typeof node === 'string'),
    injectedAt: event.time,
    healedAt: null,
    okDuring: 0,
    recoveryMs: null,
  };
}

function measureRecovery(fault: FaultRecovery, history: History, okTimes: readonly number[]): void {
  const healedAt = fault.healedAt ?? Infinity;
  fault.okDuring = okTimes.filter((time) => time >= fault.injectedAt && time < healedAt).length;
  let first = Infinity;
  for (const { type, startTime, endTime } of history.operations) {
    if (type === 'ok' && startTime >= healedAt && endTime < first) first = endTime;
  }
  if (first < Infinity) fault.recoveryMs = (first - healedAt) / 1e6;
}
