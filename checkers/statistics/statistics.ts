import { build, type Histogram } from 'hdr-histogram-js';

import type { Checker } from '../../harness/contracts/checker.js';
import type { History, Operation } from '../../harness/history/operation.js';
import type { CheckResult } from '../../harness/verdict.js';
import type { GroupStatistics, StatisticsEvidence } from './evidence.js';

const CHECKER = 'statistics';
const QUANTILES = [50, 90, 99, 99.9, 100];

/**
 * How often and how fast, by kind of operation and node. `valid` when each kind succeeded at least once;
 * otherwise `unknown`, since about a kind that never succeeded the other checkers learnt nothing.
 */
export function createStatisticsChecker(): Checker {
  return {
    name: CHECKER,
    description: 'each kind of operation succeeded at least once; rates and latencies',
    check: (history) => Promise.resolve(judge(history)),
  };
}

interface Tally {
  f: string;
  node: string | null;
  ok: number;
  fail: number;
  info: number;
  latencies: Histogram;
}

function judge(history: History): CheckResult<StatisticsEvidence> {
  const seconds = durationSeconds(history);
  const tallies = tally(history.operations);
  const groups = tallies.map((each) => summarize(each, seconds));
  const byKind = groups.filter(({ node }) => node === null);
  const neverSucceeded = byKind.filter(({ ok }) => ok === 0).map(({ f }) => f);
  const operations = history.operations.length;
  const evidence: StatisticsEvidence = {
    kind: 'statistics',
    operations,
    durationSeconds: seconds,
    groups,
    neverSucceeded,
  };
  if (operations > 0 && neverSucceeded.length === 0) {
    const counts = byKind.map(({ f, ok }) => `${ok} ${f}`).join(', ');
    return { checker: CHECKER, verdict: 'valid', summary: `Succeeded: ${counts}.`, evidence };
  }
  const summary =
    operations === 0
      ? 'The history has no operations.'
      : `No ${neverSucceeded.join(', no ')} ever succeeded.`;
  const unknownReason = 'not enough data';
  return { checker: CHECKER, verdict: 'unknown', unknownReason, summary, evidence };
}

function durationSeconds({ events, operations }: History): number {
  const end = events.at(-1)?.time ?? operations.at(-1)?.startTime ?? 0;
  const start = events[0]?.time ?? operations[0]?.startTime ?? 0;
  return (end - start) / 1e9;
}

/** By kind alone, in order of first appearance, then by kind and node. */
function tally(operations: readonly Operation[]): Tally[] {
  const byKind = new Map<string, Tally>();
  const byNode = new Map<string, Map<string, Tally>>();
  for (const operation of operations) {
    const { f, node } = operation;
    let all = byKind.get(f);
    if (!all) byKind.set(f, (all = emptyTally(f, null)));
    record(all, operation);
    if (node === undefined) continue;
    let ofKind = byNode.get(f);
    if (!ofKind) byNode.set(f, (ofKind = new Map()));
    let one = ofKind.get(node);
    if (!one) ofKind.set(node, (one = emptyTally(f, node)));
    record(one, operation);
  }
  return [...byKind.values(), ...[...byNode.values()].flatMap((nodes) => [...nodes.values()])];
}

function emptyTally(f: string, node: string | null): Tally {
  const latencies = build({ numberOfSignificantValueDigits: 3, useWebAssembly: false });
  return { f, node, ok: 0, fail: 0, info: 0, latencies };
}

function record(into: Tally, { type, startTime, endTime }: Operation): void {
  into[type]++;
  if (type !== 'ok') return;
  const microseconds = Math.round((endTime - startTime) / 1e3);
  into.latencies.recordValue(Math.max(0, microseconds));
}

function summarize({ latencies, ...counts }: Tally, seconds: number): GroupStatistics {
  const okPerSecond = seconds > 0 ? counts.ok / seconds : 0;
  if (counts.ok === 0) return { ...counts, okPerSecond, latencyMs: null };
  const [p50, p90, p99, p999, max] = QUANTILES.map(
    (quantile) => latencies.getValueAtPercentile(quantile) / 1e3,
  );
  return { ...counts, okPerSecond, latencyMs: { p50, p90, p99, p999, max } };
}
