import { availableParallelism } from 'node:os';

import type { RunSpec } from '../../harness/run/spec.js';
import { composeOutcomes, type Outcome } from '../../harness/verdict.js';
import type { CampaignContext } from '../definitions/context.js';
import { minimise } from '../minimise/minimise.js';
import { count, type Duration, duration } from '../options/kinds.js';
import { refuseImpossible, scheduledPlan } from '../run/assemble-run.js';
import { carryOut, type ReportedRun } from '../run/carry-out.js';
import { resolveAgain } from '../run/resolve-spec.js';
import { type RunRequest, understand } from '../run/run.js';
import type { SimulationPool } from '../search/pool.js';
import { type SearchResult, searchSeeds, type SearchTally } from '../search/search-seeds.js';
import type { SeedSummary } from '../search/simulate-seed.js';
import { createSimulator } from '../search/simulator.js';

/** Seeds that each smaller run is tried with, and how many runs a search for one may cost. */
const MINIMISE_TRIES = 6;
const MINIMISE_BUDGET = 400;

/** Seeds, where neither a number nor a time is said. */
export const SIMULATE_RUNS = 100;

export type SimulateRequest = RunRequest & {
  /** How many seeds. */
  runs?: number;
  /** Go on for so long in place of a number of runs, in real time. */
  for?: Duration;
  /** Go on behind a run that fails, to count them. */
  keepGoing?: boolean;
  /** Whether a run that fails is made smaller; it is where nothing is said. */
  minimise?: boolean;
  /** Threads; one for each processor where nothing is said. */
  jobs?: number;
};

/** What a search over seeds came to. */
export interface SimulateResult {
  outcome: Outcome;
  spec: RunSpec;
  tally: SearchTally;
  /** The lowest seed that failed. */
  surprise: SeedSummary | undefined;
  /** The run that failed, made as small as it can be, with a folder and a report. */
  run: ReportedRun | undefined;
  tookNs: number;
  /** Why all of it ran in the thread of the caller, as a sentence; undefined where it had threads of its own. */
  localReason: string | undefined;
}

export interface SimulateWatch {
  /** Told after each run, with the time since the search began. */
  onRun?(tally: SearchTally, elapsedNs: number): void;
}

/** `schism simulate`: one of our own systems in virtual time, seed after seed, until one run fails. */
export async function simulateCampaign(
  request: SimulateRequest,
  given: CampaignContext,
  watch: SimulateWatch = {},
): Promise<SimulateResult> {
  const { runs, for: forTime, keepGoing, minimise: shrinks = true, jobs, ...ofRun } = request;
  const { resolved, options, registries } = understand(ofRun, 'simulate', given.registries);
  const effort = {
    runs: count(1, 'a number of runs').read(runs ?? SIMULATE_RUNS),
    forMs: forTime === undefined ? undefined : duration.read(forTime),
    keepGoing: keepGoing === true,
    shrinks,
    runsDirectory: options.runsDirectory,
  };
  const threads = count(1, 'a number of threads').read(jobs ?? availableParallelism());
  const context = { ...given, registries };
  await refuseImpossible(resolved, registries, context.clock);
  const { pool, localReason } = createSimulator(resolved.spec, threads, context);
  try {
    const search = new Simulation(resolved.spec, pool, effort, context);
    return { ...(await search.run(watch)), localReason };
  } finally {
    await pool.close();
  }
}

interface Effort {
  runs: number;
  forMs: number | undefined;
  keepGoing: boolean;
  shrinks: boolean;
  runsDirectory: string;
}

/** One search. */
class Simulation {
  constructor(
    private readonly spec: RunSpec,
    private readonly pool: SimulationPool,
    private readonly effort: Effort,
    private readonly context: CampaignContext,
  ) {}

  async run(watch: SimulateWatch): Promise<Omit<SimulateResult, 'localReason'>> {
    const { clock } = this.context;
    const start = clock.now();
    const { tally, surprise } = await this.search((now) => {
      watch.onRun?.(now, clock.now() - start);
    });
    const run = surprise && (await this.explain(surprise));
    const tookNs = clock.now() - start;
    return { outcome: outcomeOf(tally), spec: this.spec, tally, surprise, run, tookNs };
  }

  private async search(onRun: (tally: SearchTally) => void): Promise<SearchResult> {
    const { clock, stop } = this.context;
    const { runs, forMs, keepGoing } = this.effort;
    const over = new AbortController();
    const timer = forMs === undefined ? undefined : clock.setTimer(() => over.abort(), forMs);
    try {
      return await searchSeeds(this.pool, {
        spec: this.spec,
        runs: forMs === undefined ? runs : Infinity,
        keepGoing,
        signal: stop === undefined ? over.signal : AbortSignal.any([over.signal, stop]),
        onRun,
      });
    } finally {
      if (timer) clock.clearTimer(timer);
    }
  }

  private async explain(surprise: SeedSummary): Promise<ReportedRun> {
    const { context, effort } = this;
    const { registries, say = () => undefined, stop } = context;
    say(`seed ${surprise.seed}: ${surprise.sentence}`);
    const spec = { ...this.spec, seed: surprise.seed };
    const smallest = effort.shrinks
      ? await minimise(
          { spec, summary: surprise },
          {
            runner: { threads: this.pool.threads, run: (each) => this.pool.simulate(each) },
            planOf: (each) => scheduledPlan(each, registries),
            shrinksAll: true,
            tries: MINIMISE_TRIES,
            otherSeeds: true,
            budget: MINIMISE_BUDGET,
            signal: stop ?? new AbortController().signal,
            tell: say,
          },
        )
      : { spec };
    const resolved = resolveAgain(smallest.spec, registries);
    const { runsDirectory } = effort;
    // Whoever stops the search wants this run all the same.
    const unwatched = { ...context, watch: undefined, stop: undefined };
    return carryOut(resolved, { runsDirectory }, unwatched);
  }
}

/**
 * One of thousands of runs in which chance lets a fault touch only links that nobody uses makes the others
 * no less of a proof: a search is vacuous where no run taught anything.
 */
function outcomeOf({ outcomes }: SearchTally): Outcome {
  const seen = (Object.keys(outcomes) as Outcome[]).filter((outcome) => outcomes[outcome] > 0);
  const counts = seen.includes('pass') ? seen.filter((outcome) => outcome !== 'vacuous') : seen;
  return composeOutcomes(counts);
}
