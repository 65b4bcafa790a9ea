import { existsSync } from 'node:fs';

import { auditHistory } from '../../checkers/errors/audited-history.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { History } from '../../harness/history/operation.js';
import { checkHistory } from '../../harness/run/check.js';
import { INVARIANTS } from '../../harness/run/invariants.js';
import { decideOutcome } from '../../harness/run/outcome.js';
import { promisedLosses } from '../../harness/run/promised-losses.js';
import type { RunResult } from '../../harness/run/result.js';
import type { RunRecord } from '../../harness/run/spec.js';
import type { RunFolder } from '../../harness/store/run-folder.js';
import type { Registries } from '../definitions/registries.js';
import { createWorkload, operationsOf } from '../run/create-workload.js';
import { lookUp } from '../definitions/usage-error.js';

/** The results that the run itself wrote; undefined where its controller was killed before it could. */
export function storedResult(folder: RunFolder): RunResult | undefined {
  return existsSync(folder.file('results')) ? (folder.readJson('results') as RunResult) : undefined;
}

/** A run that is over, with its history read. */
export interface FinishedFolder {
  folder: RunFolder;
  record: RunRecord;
  history: History;
  /** What was mended while the history was read. */
  warnings: readonly string[];
}

/**
 * Judges a run's history again with the checkers of its workload, and writes the results. What only the run
 * itself could know (crashes, recovery) is kept where it was written down.
 */
export async function judgeAgain(
  { folder, record, history, warnings }: FinishedFolder,
  names: Registries,
  clock: Clock,
): Promise<RunResult> {
  const { spec } = record;
  const stored = storedResult(folder);
  const workload = lookUp('workload', spec.workload, names.workloads, 'workloads');
  const target = lookUp('target', spec.target, names.targets, 'targets');
  const plan = createWorkload(workload, spec, target);
  const { defect, history: audited } = auditHistory(history, operationsOf(workload, spec));
  const checks = await checkHistory(plan.checkers, audited, {
    clock,
    limits: { timeMs: spec.checkTimeMs, memoryBytes: spec.checkMemoryBytes },
  });
  const known = stored ?? unfinished(warnings);
  // What only the run could watch stays as it was seen.
  checks.push(...known.checks.filter(({ checker }) => checker === INVARIANTS));
  const result: RunResult = {
    ...known,
    ...decideOutcome({
      results: checks,
      failure: known.failure ?? defect,
      crashes: known.crashes,
      brokenPromise: known.brokenPromise,
      promisedLosses: promisedLosses(history.events, spec.durability, target, plan),
      ineffective: known.ineffective,
      okCount: history.operations.filter(({ type }) => type === 'ok').length,
      interrupted: known.interrupted,
    }),
    checks,
  };
  folder.writeJson('results', result);
  return result;
}

/** What is known of a run whose controller did not live to write its results. */
function unfinished(warnings: readonly string[]): Omit<RunResult, 'outcome' | 'sentence'> {
  return {
    checks: [],
    phases: [],
    crashes: [],
    ineffective: [],
    interrupted: true,
    failure: 'The controller ended before the run did; its history was judged afterwards.',
    warnings,
  };
}
