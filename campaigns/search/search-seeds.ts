import type { RunSpec } from '../../harness/run/spec.js';
import { EXIT_CODES, type Outcome } from '../../harness/verdict.js';
import type { SimulationPool } from './pool.js';
import type { SeedSummary } from './simulate-seed.js';

/** What many runs came to together. */
export interface SearchTally {
  runs: number;
  outcomes: Record<Outcome, number>;
  /** The lowest seed of each outcome but `pass`, and what was said of it. */
  examples: Map<Outcome, { seed: number; sentence: string }>;
  operations: number;
  faults: number;
  virtualNs: number;
}

export interface SearchOptions {
  spec: RunSpec;
  /** Seeds from `spec.seed` on; `Infinity` where only `signal` ends it. */
  runs: number;
  /** Go on behind a surprise, to count them. */
  keepGoing: boolean;
  signal: AbortSignal;
  /** What is looked for, where it is not any surprise. */
  isFound?: (summary: SeedSummary) => boolean;
  /** Told after each run. */
  onRun(tally: SearchTally): void;
}

export interface SearchResult {
  tally: SearchTally;
  /** The surprise with the lowest seed: a violation or an error. */
  surprise: SeedSummary | undefined;
}

/**
 * Simulates seed after seed on all threads. It ends at the first surprise, and then waits for the lower
 * seeds that are still under way: which seed is told does not depend on which thread was faster.
 */
export async function searchSeeds(
  pool: SimulationPool,
  options: SearchOptions,
): Promise<SearchResult> {
  const { spec, runs, keepGoing, signal, isFound = isSurprise } = options;
  const tally = emptyTally();
  let next = 0;
  let surprise: SeedSummary | undefined;
  const goesOn = (): boolean =>
    next < runs && !signal.aborted && (keepGoing || surprise === undefined);
  const work = async (): Promise<void> => {
    while (goesOn()) {
      const seed = spec.seed + next++;
      const summary = await pool.simulate({ ...spec, seed }, signal).catch((error: unknown) => {
        if (signal.aborted) return undefined;
        throw error;
      });
      if (summary === undefined) return;
      count(tally, summary);
      if (isFound(summary) && seed < (surprise?.seed ?? Infinity)) surprise = summary;
      options.onRun(tally);
    }
  };
  await Promise.all(Array.from({ length: pool.threads }, work));
  return { tally, surprise };
}

/** What nobody expects of a sound system on a sound harness. */
export function isSurprise({ outcome }: SeedSummary): boolean {
  return outcome === 'violation' || outcome === 'error';
}

function emptyTally(): SearchTally {
  const outcomes = Object.fromEntries(Object.keys(EXIT_CODES).map((outcome) => [outcome, 0]));
  return {
    runs: 0,
    outcomes: outcomes as Record<Outcome, number>,
    examples: new Map(),
    operations: 0,
    faults: 0,
    virtualNs: 0,
  };
}

function count(tally: SearchTally, summary: SeedSummary): void {
  tally.runs += 1;
  tally.outcomes[summary.outcome] += 1;
  tally.operations += summary.operations;
  tally.faults += summary.faults;
  tally.virtualNs += summary.virtualNs;
  const { outcome, seed, sentence } = summary;
  const known = tally.examples.get(outcome);
  if (outcome !== 'pass' && seed < (known?.seed ?? Infinity)) {
    tally.examples.set(outcome, { seed, sentence });
  }
}
