import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';

import type { RunResult } from '../../harness/run/result.js';
import type { RunSpec } from '../../harness/run/spec.js';
import { openRun } from '../check/read-run.js';
import type { CampaignContext } from '../definitions/context.js';
import { UsageError } from '../definitions/usage-error.js';
import { count } from '../options/kinds.js';
import { RUN_OPTIONS } from '../options/run-options.js';
import { scheduledPlan } from '../run/assemble-run.js';
import { carryOut, type ReportedRun } from '../run/carry-out.js';
import { resolveAgain } from '../run/resolve-spec.js';
import { isSurprise } from '../search/search-seeds.js';
import { type SeedSummary, summarise } from '../search/simulate-seed.js';
import { createSimulator } from '../search/simulator.js';
import { type FailingRun, minimise, type MinimiseOptions } from './minimise.js';

export const MINIMISE_TRIES = 3;
export const MINIMISE_BUDGET = 60;

export interface MinimiseRequest {
  /** A run folder with a violation or an error. */
  run: string;
  /** Runs that each smaller one gets to fail in. */
  tries?: number;
  /** Runs in all. */
  budget?: number;
  runsDirectory?: string;
}

export interface MinimisedRun {
  run: ReportedRun;
  /** What to think of it, a sentence each. */
  remarks: readonly string[];
}

const PROBABILISTIC =
  'No two real runs are the same: what was left out may matter all the same, and what is left may fail only now and then.';

/** A request with everything filled in. */
type Effort = Required<Omit<MinimiseRequest, 'run'>>;

/** `schism minimise`: the smallest run that fails as that one did. Throws a `UsageError` where it did not fail. */
export async function minimiseCampaign(
  request: MinimiseRequest,
  given: CampaignContext,
): Promise<MinimisedRun> {
  const effort = {
    tries: count(1, 'a number').read(request.tries ?? MINIMISE_TRIES),
    budget: count(1, 'a number of runs').read(request.budget ?? MINIMISE_BUDGET),
    runsDirectory: request.runsDirectory ?? RUN_OPTIONS.runsDirectory.default,
  };
  const { registries, ...start } = await readFailingRun(request.run, given);
  const context = { ...given, registries };
  return start.spec.runtime === 'simulation'
    ? minimiseSimulated(start, effort, context)
    : { run: await minimiseReal(start, effort, context), remarks: [PROBABILISTIC] };
}

async function readFailingRun(
  path: string,
  context: CampaignContext,
): Promise<FailingRun & Pick<CampaignContext, 'registries'>> {
  const { folder, record, registries } = await openRun(path, context);
  const { spec } = record;
  const result = folder.readJson('results') as RunResult;
  const summary = summarise(spec.seed, result, 0, folder.readSchedule().length);
  if (!isSurprise(summary)) {
    throw new UsageError(`${path} did not fail: its outcome is ${result.outcome}`);
  }
  return { spec, summary, registries };
}

async function minimiseSimulated(
  start: FailingRun,
  { runsDirectory, ...effort }: Effort,
  context: CampaignContext,
): Promise<MinimisedRun> {
  const { pool, localReason } = createSimulator(start.spec, availableParallelism(), context);
  try {
    const { spec } = await minimise(start, {
      ...common(context),
      ...effort,
      runner: { threads: pool.threads, run: (each) => pool.simulate(each) },
      shrinksAll: true,
      otherSeeds: true,
    });
    const resolved = resolveAgain(spec, context.registries);
    const run = await carryOut(resolved, { runsDirectory }, { ...context, watch: undefined });
    return { run, remarks: localReason === undefined ? [] : [localReason] };
  } finally {
    await pool.close();
  }
}

/** Every attempt is a run like any other; only the folder of the smallest one that failed is kept. */
async function minimiseReal(
  start: FailingRun,
  { runsDirectory, ...effort }: Effort,
  context: CampaignContext,
): Promise<ReportedRun> {
  const { registries } = context;
  const interrupted = new AbortController();
  const kept = new Map<SeedSummary, ReportedRun>();
  const run = async (spec: RunSpec): Promise<SeedSummary> => {
    const reported = await carryOut(resolveAgain(spec, registries), { runsDirectory }, context);
    const { result, folder } = reported;
    if (result.interrupted) interrupted.abort();
    const summary = summarise(spec.seed, result, reported.history.operations.length, 0);
    if (isSurprise(summary) && !result.interrupted) kept.set(summary, reported);
    else rmSync(folder.path, { recursive: true, force: true });
    return summary;
  };
  const best = await minimise(start, {
    ...common(context),
    ...effort,
    signal: interrupted.signal,
    runner: { threads: 1, run },
    shrinksAll: false,
    otherSeeds: false,
  });
  for (const [summary, { folder }] of kept) {
    if (summary !== best.summary) rmSync(folder.path, { recursive: true, force: true });
  }
  const smallest = kept.get(best.summary);
  if (smallest) return smallest;
  throw new UsageError(
    `no smaller run failed within the budget of ${effort.budget} runs; try more --tries`,
  );
}

function common({
  registries,
  stop = new AbortController().signal,
  say = () => undefined,
}: CampaignContext): Pick<MinimiseOptions, 'planOf' | 'signal' | 'tell'> {
  return { planOf: (spec) => scheduledPlan(spec, registries), signal: stop, tell: say };
}
