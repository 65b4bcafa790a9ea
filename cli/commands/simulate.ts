import type { Command } from '@commander-js/extra-typings';

import type { Clock } from '../../harness/environment/environment.js';
import { createRealClock } from '../../harness/environment/real.js';
import type { RunSpec } from '../../harness/run/spec.js';
import { composeOutcomes, EXIT_CODES, type Outcome } from '../../harness/verdict.js';
import { tallyLines, tallyText } from '../../reports/console/simulation.js';
import { createStatusLine, type StatusLine } from '../../reports/console/status-line.js';
import type { ReportData } from '../../reports/data/report-data.js';
import { closingLines } from '../terminal/closing-lines.js';
import { refuseImpossible, scheduledPlan } from '../../campaigns/run/assemble-run.js';
import { listenForInterrupts } from '../terminal/interrupt.js';
import type { Output } from '../terminal/output.js';
import type { Registries } from '../../campaigns/definitions/registries.js';
import { freshSeed } from '../../campaigns/run/run-once.js';
import { ExitCode } from '../terminal/exit-code.js';
import { minimise } from '../../campaigns/minimise/minimise.js';
import { createSimulationPool, type SimulationPool } from '../../campaigns/search/pool.js';
import { recordRun } from '../../campaigns/search/record-run.js';
import { type SearchResult, searchSeeds, type SearchTally } from '../../campaigns/search/search.js';
import type { SeedSummary } from '../../campaigns/search/simulate-seed.js';
import { simulationSpec } from '../options/simulation-spec.js';
import { simulateCommandOptions, type SimulateOptions } from '../options/simulate-options.js';

/** Seeds that each smaller run is tried with, and how many runs a search for one may cost. */
const MINIMISE_TRIES = 6;
const MINIMISE_BUDGET = 400;

/** `schism simulate TARGET`. */
export function addSimulateCommand(
  program: Command,
  registries: () => Promise<Registries>,
  output: Output,
): void {
  const command = simulateCommandOptions().action(async (typedTarget, options) => {
    const names = await registries();
    const clock = createRealClock();
    const resolved = simulationSpec(typedTarget, options, names, freshSeed);
    await refuseImpossible(resolved, names, clock);
    const outcome = await new Simulation(resolved.spec, names, options, output, clock).run();
    throw new ExitCode(EXIT_CODES[outcome]);
  });
  program.addCommand(command.copyInheritedSettings(program));
}

/** One call of the command. */
class Simulation {
  private readonly status: StatusLine;
  private readonly pool: SimulationPool;

  constructor(
    private readonly spec: RunSpec,
    private readonly names: Registries,
    private readonly options: SimulateOptions,
    private readonly output: Output,
    private readonly clock: Clock,
  ) {
    this.status = createStatusLine(process.stderr, clock);
    this.pool = createSimulationPool(options.jobs, process.cwd());
  }

  async run(): Promise<Outcome> {
    const interrupts = listenForInterrupts((line) => this.status.line(line));
    try {
      const start = this.clock.now();
      const found = await this.search(start, interrupts.stop);
      const data = found.surprise && (await this.explain(found.surprise, interrupts.stop));
      this.status.end();
      this.close(found, this.clock.now() - start, data);
      return outcomeOf(found.tally);
    } finally {
      interrupts.release();
      await this.pool.close();
    }
  }

  private async search(start: number, interrupted: AbortSignal): Promise<SearchResult> {
    const { runs, keepGoing, for: forMs } = this.options;
    const over = new AbortController();
    const timer = forMs === undefined ? undefined : this.clock.setTimer(() => over.abort(), forMs);
    try {
      return await searchSeeds(this.pool, {
        spec: this.spec,
        runs: forMs === undefined ? runs : Infinity,
        keepGoing: keepGoing === true,
        signal: AbortSignal.any([over.signal, interrupted]),
        onRun: (tally) => this.status.show(tallyText(tally, this.clock.now() - start)),
      });
    } finally {
      if (timer) this.clock.clearTimer(timer);
    }
  }

  /** The run that failed, made as small as it can be, with a folder and a report. */
  private async explain(surprise: SeedSummary, signal: AbortSignal): Promise<ReportData> {
    const { status, names } = this;
    status.line(`seed ${surprise.seed}: ${surprise.sentence}`);
    const spec = { ...this.spec, seed: surprise.seed };
    const smallest = this.options.minimise
      ? await minimise(
          { spec, summary: surprise },
          {
            runner: { threads: this.pool.threads, run: (each) => this.pool.simulate(each) },
            planOf: (each) => scheduledPlan(each, names),
            shrinksAll: true,
            tries: MINIMISE_TRIES,
            otherSeeds: true,
            budget: MINIMISE_BUDGET,
            signal,
            tell: (line) => status.line(line),
          },
        )
      : { spec };
    const { runsDir } = this.options;
    const say = (line: string): void => status.line(line);
    return (await recordRun(smallest.spec, names, runsDir, this.clock, say)).data;
  }

  private close(found: SearchResult, tookNs: number, data: ReportData | undefined): void {
    const { output, spec } = this;
    if (data) for (const line of [...closingLines(data, output), '']) output.out(line);
    const failing = found.surprise?.seed;
    for (const line of tallyLines(found.tally, { tookNs, target: spec.target, failing })) {
      output.out(line);
    }
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
