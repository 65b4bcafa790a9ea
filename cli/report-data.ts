import type { RunFolder } from '../harness/store/run-folder.js';
import type { ScheduleEntry } from '../harness/contracts/nemesis.js';
import type { History } from '../harness/history/operation.js';
import type { RunResult } from '../harness/run/result.js';
import type { RunRecord } from '../harness/run/spec.js';
import { operationColumns, type ReportData, type RunInfo } from '../reports/report-data.js';

/** Everything that a report of a run says, from what its folder holds. */
export function reportData(
  folder: RunFolder,
  record: RunRecord,
  result: RunResult,
  schedule: readonly ScheduleEntry[],
  history: History,
): ReportData {
  return {
    run: runInfo(folder, record),
    outcome: { outcome: result.outcome, sentence: result.sentence },
    checks: result.checks,
    schedule,
    operations: operationColumns(history.operations),
    phases: result.phases,
    crashes: result.crashes,
    warnings: result.warnings,
  };
}

function runInfo(folder: RunFolder, { spec, ...record }: RunRecord): RunInfo {
  return {
    id: record.id,
    target: spec.target,
    version: spec.version,
    runtime: spec.runtime,
    workload: spec.workload,
    nodes: spec.nodes,
    concurrency: spec.concurrency,
    rate: spec.rate,
    timeMs: spec.timeMs,
    seed: spec.seed,
    durability: spec.durability,
    settings: spec.settings,
    bugs: spec.bugs,
    faults: spec.faults,
    startedAt: record.startedAt,
    schismVersion: record.schismVersion,
    nodeVersion: record.nodeVersion,
    platform: record.platform,
    replayCommand: record.replayCommand,
    directory: folder.path,
  };
}
