import { existsSync } from 'node:fs';

import { auditHistory } from '../../checkers/errors/audited-history.js';
import type { CheckContext } from '../../harness/contracts/checker.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { History } from '../../harness/history/operation.js';
import { checkHistory } from '../../harness/run/check.js';
import { INVARIANTS } from '../../harness/run/invariants.js';
import { decideOutcome } from '../../harness/run/outcome.js';
import { promisedLosses } from '../../harness/run/promised-losses.js';
import type { RunResult } from '../../harness/run/result.js';
import type { RunRecord, RunSpec } from '../../harness/run/spec.js';
import type { RunFolder } from '../../harness/store/run-folder.js';
import type { Registries } from '../definitions/registries.js';
import { lookUp } from '../definitions/usage-error.js';
import { createWorkload, operationsOf } from '../run/create-workload.js';
import { chooseCheckers } from '../run/resolve-spec.js';

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
 * Judges a run's history again with the checkers of its workload. What only the run itself could know (crashes,
 * recovery) is kept where it was written down.
 */
export async function judgeAgain(
  { folder, record, history, warnings }: FinishedFolder,
  registries: Registries,
  context: CheckContext,
): Promise<RunResult> {
  const { spec } = record;
  const stored = storedResult(folder);
  const workload = lookUp('workload', spec.workload, registries.workloads, 'workloads');
  const target = lookUp('target', spec.target, registries.targets, 'targets');
  const forgets = (fault: string) => registries.nemeses[fault]?.forgets;
  const plan = createWorkload(workload, spec, target, chooseCheckers(spec, registries));
  const { defect, history: audited } = auditHistory(history, operationsOf(workload, spec));
  const checks = await checkHistory(plan.checkers, audited, context);
  const known = stored ?? unfinished(warnings);
  // What only the run could watch stays as it was seen.
  checks.push(...known.checks.filter(({ checker }) => checker === INVARIANTS));
  return {
    ...known,
    ...decideOutcome({
      results: checks,
      failure: known.failure ?? defect,
      crashes: known.crashes,
      brokenPromise: known.brokenPromise,
      promisedLosses: promisedLosses(history.events, spec.durability, target, plan, forgets),
      ineffective: known.ineffective,
      okCount: history.operations.filter(({ type }) => type === 'ok').length,
      interrupted: known.interrupted,
    }),
    checks,
  };
}

/** What a run's own check may take, with nobody who watches or stops it. */
export function ownLimits({ checkTimeMs, checkMemoryBytes }: RunSpec, clock: Clock): CheckContext {
  return { clock, limits: { timeMs: checkTimeMs, memoryBytes: checkMemoryBytes } };
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
