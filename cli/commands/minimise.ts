import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Command } from '@commander-js/extra-typings';

import { createRealClock } from '../../harness/environment/real.js';
import type { RunResult } from '../../harness/run/result.js';
import type { RunRecord, RunSpec } from '../../harness/run/spec.js';
import { RunFolder } from '../../harness/store/run-folder.js';
import { EXIT_CODES } from '../../harness/verdict.js';
import { scheduledPlan } from '../../campaigns/run/assemble-run.js';
import { closingLines } from '../terminal/closing-lines.js';
import {
  type FailingRun,
  minimise,
  type MinimiseOptions,
} from '../../campaigns/minimise/minimise.js';
import type { Output } from '../terminal/output.js';
import { parseCount } from '../options/parse.js';
import type { Registries } from '../../campaigns/definitions/registries.js';
import { resolveAgain } from '../../campaigns/run/resolve-spec.js';
import { type ReportedRun, runOnce } from '../../campaigns/run/run-once.js';
import { ExitCode } from '../terminal/exit-code.js';
import { createSimulationPool } from '../../campaigns/search/pool.js';
import { recordRun } from '../../campaigns/search/record-run.js';
import { isSurprise } from '../../campaigns/search/search.js';
import { type SeedSummary, summarise } from '../../campaigns/search/simulate-seed.js';
import { UsageError } from '../../campaigns/definitions/usage-error.js';

/** `schism minimise RUN`: the smallest run that fails as that one did. */
export function addMinimiseCommand(
  program: Command,
  registries: () => Promise<Registries>,
  output: Output,
): void {
  program
    .command('minimise')
    .description(
      'shrink a run that failed: a simulated one in everything, a real one in its faults',
    )
    .argument('<run>', 'a run folder with a violation or an error')
    .option(
      '--tries <n>',
      'runs that each smaller one gets to fail in',
      parseCount(1, 'a number'),
      3,
    )
    .option('--budget <n>', 'runs in all', parseCount(1, 'a number of runs'), 60)
    .option('--runs-dir <path>', 'where run folders are made', 'runs')
    .action(async (path, options) => {
      const names = await registries();
      const start = readFailingRun(path);
      const isSimulated = start.spec.runtime === 'simulation';
      const shrink = isSimulated ? minimiseSimulated : minimiseReal;
      const { data, result } = await shrink(start, names, options, (line) => output.error(line));
      for (const line of closingLines(data, output)) output.out(line);
      if (!isSimulated) output.out(PROBABILISTIC);
      throw new ExitCode(EXIT_CODES[result.outcome]);
    });
}

const PROBABILISTIC =
  'No two real runs are the same: what was left out may matter all the same, and what is left may fail only now and then.';

interface Options {
  tries: number;
  budget: number;
  runsDir: string;
}

function readFailingRun(path: string): FailingRun {
  const folder = new RunFolder(path);
  const { spec } = folder.readJson('record') as RunRecord;
  const result = folder.readJson('results') as RunResult;
  const summary = summarise(spec.seed, result, 0, folder.readSchedule().length);
  if (!isSurprise(summary)) {
    throw new UsageError(`${path} did not fail: its outcome is ${result.outcome}`);
  }
  return { spec, summary };
}

async function minimiseSimulated(
  start: FailingRun,
  names: Registries,
  { tries, budget, runsDir }: Options,
  say: (line: string) => void,
): Promise<ReportedRun> {
  const pool = createSimulationPool(availableParallelism(), process.cwd());
  try {
    const { spec } = await minimise(start, {
      ...common(names, say),
      runner: { threads: pool.threads, run: (each) => pool.simulate(each) },
      shrinksAll: true,
      otherSeeds: true,
      tries,
      budget,
    });
    return await recordRun(spec, names, runsDir, createRealClock(), say);
  } finally {
    await pool.close();
  }
}

/** Every attempt is a run like any other; only the folder of the smallest one that failed is kept. */
async function minimiseReal(
  start: FailingRun,
  names: Registries,
  { tries, budget, runsDir }: Options,
  say: (line: string) => void,
): Promise<ReportedRun> {
  const interrupted = new AbortController();
  const kept = new Map<SeedSummary, ReportedRun>();
  const run = async (spec: RunSpec): Promise<SeedSummary> => {
    const reported = await runOnce(resolveAgain(spec, names), names, { runsDir });
    const { result, folder } = reported;
    if (result.interrupted) interrupted.abort();
    const summary = summarise(spec.seed, result, reported.history.operations.length, 0);
    if (isSurprise(summary) && !result.interrupted) kept.set(summary, reported);
    else rmSync(folder.path, { recursive: true, force: true });
    return summary;
  };
  const best = await minimise(start, {
    ...common(names, say),
    signal: interrupted.signal,
    runner: { threads: 1, run },
    shrinksAll: false,
    otherSeeds: false,
    tries,
    budget,
  });
  for (const [summary, { folder }] of kept) {
    if (summary !== best.summary) rmSync(folder.path, { recursive: true, force: true });
  }
  const smallest = kept.get(best.summary);
  if (smallest) return smallest;
  throw new UsageError(
    `no smaller run failed within the budget of ${budget} runs; try more --tries`,
  );
}

function common(
  names: Registries,
  say: (line: string) => void,
): Pick<MinimiseOptions, 'planOf' | 'signal' | 'tell'> {
  return {
    planOf: (spec) => scheduledPlan(spec, names),
    signal: new AbortController().signal,
    tell: say,
  };
}
