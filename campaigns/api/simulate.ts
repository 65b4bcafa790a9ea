import type { Outcome } from '../../harness/verdict.js';
import { tallyLines } from '../../reports/console/simulation.js';
import { replayCommand } from '../options/replay-command.js';
import {
  simulateCampaign,
  type SimulateRequest,
  type SimulateResult,
} from '../simulate/simulate.js';
import { contextFor, type ProgramOptions } from './context.js';
import { reportOf, type RunReport } from './run.js';

/** What many simulated runs came to, as plain data. */
export interface SimulateReport {
  outcome: Outcome;
  /** Of the run that failed, or of all of them together. */
  sentence: string;
  runs: number;
  /** How many runs ended in each outcome. */
  outcomes: Readonly<Record<Outcome, number>>;
  operations: number;
  faults: number;
  /** Virtual time of all runs together. */
  virtualMs: number;
  /** Real time. */
  tookMs: number;
  /** The lowest seed that failed; undefined where none did. */
  failingSeed: number | undefined;
  /** The run that failed, made as small as it can be; undefined where none did. */
  run: RunReport | undefined;
  /** What a person types to have the run that failed again, or else the first. */
  replayCommand: string;
  /** Why all of it ran in the thread of the caller, as a sentence; undefined where it had threads of its own. */
  localReason: string | undefined;
}

/**
 * Runs a system with nodes of our own kind in virtual time, seed after seed, until one run fails, as `schism simulate`
 * does. Rejects with a `UsageError` before anything starts where the request does not fit.
 */
export async function simulate(
  request: SimulateRequest,
  options: ProgramOptions = {},
): Promise<SimulateReport> {
  return describe(await simulateCampaign(request, await contextFor(options)));
}

function describe(result: SimulateResult): SimulateReport {
  const { outcome, spec, tally, surprise, tookNs, localReason } = result;
  const run = result.run && reportOf(result.run);
  const first = [...tally.examples.values()].at(0);
  const [summary] = tallyLines(tally, { tookNs, target: spec.target, failing: surprise?.seed });
  return {
    outcome,
    sentence: run?.sentence ?? summary,
    runs: tally.runs,
    outcomes: tally.outcomes,
    operations: tally.operations,
    faults: tally.faults,
    virtualMs: tally.virtualNs / 1e6,
    tookMs: tookNs / 1e6,
    failingSeed: surprise?.seed,
    run,
    replayCommand: run?.replayCommand ?? replayCommand({ ...spec, seed: first?.seed ?? spec.seed }),
    localReason,
  };
}
