import type { RunFolder } from '../../harness/store/run-folder.js';
import type { ScheduleEntry } from '../../harness/contracts/nemesis.js';
import type { History } from '../../harness/history/operation.js';
import type { RunResult } from '../../harness/run/result.js';
import type { RunRecord, RunSpec } from '../../harness/run/spec.js';
import { operationColumns, type ReportData, type RunInfo } from '../../reports/data/report-data.js';

/** Everything that a report of a run says, from what its folder holds. */
export function reportData(
  folder: RunFolder,
  record: RunRecord,
  result: RunResult,
  schedule: readonly ScheduleEntry[],
  history: History,
): ReportData {
  return {
    run: runInfo(folder, record, schedule),
    outcome: { outcome: result.outcome, sentence: result.sentence },
    checks: result.checks,
    schedule,
    operations: operationColumns(history.operations),
    phases: result.phases,
    crashes: result.crashes,
    warnings: result.warnings,
  };
}

function runInfo(
  folder: RunFolder,
  { spec, ...record }: RunRecord,
  schedule: readonly ScheduleEntry[],
): RunInfo {
  return {
    id: record.id,
    target: spec.target,
    version: versionsRun(spec, schedule),
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

/** `3.5`, or `3.4 → 3.5` where nodes were seen to be upgraded. */
function versionsRun({ version, upgradeTo }: RunSpec, schedule: readonly ScheduleEntry[]): string {
  if (upgradeTo === undefined) return version;
  const wasSeen = schedule.some(
    ({ fault }) => Array.isArray(fault.parameters.releases) && fault.evidence.tookEffect,
  );
  return wasSeen ? `${version} → ${upgradeTo}` : `${version}, not upgraded to ${upgradeTo}`;
}
