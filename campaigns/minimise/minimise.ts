import type { RunSpec, ScheduledFault } from '../../harness/run/spec.js';
import { isSurprise } from '../search/search-seeds.js';
import type { SeedSummary } from '../search/simulate-seed.js';

/** Carries out runs; several at a time where it has threads for them. */
export interface Runner {
  threads: number;
  run(spec: RunSpec): Promise<SeedSummary>;
}

export interface MinimiseOptions {
  runner: Runner;
  /** The plan that the spec's seed makes, for a spec that names none. */
  planOf: (spec: RunSpec) => readonly ScheduledFault[];
  /** Whether nodes, clients, time and operations may shrink too; where not, only faults are left out. */
  shrinksAll: boolean;
  /**
   * How often a smaller run is tried before it counts as sound: in simulation with other seeds, since the same
   * one gives the same run; a real run with its own seed, since no two are the same.
   */
  tries: number;
  otherSeeds: boolean;
  /** At most so many runs in all. */
  budget: number;
  signal: AbortSignal;
  tell: (line: string) => void;
}

/** A run that fails, and how it failed. */
export interface FailingRun {
  spec: RunSpec;
  summary: SeedSummary;
}

/** Sizes that are tried, smallest first. */
const NODE_COUNTS = [1, 3, 4];
const CLIENT_COUNTS = [1, 2, 3, 5];
const SHARES = [1 / 8, 1 / 4, 1 / 2, 3 / 4];
const LEAST_TIME_MS = 1_000;

/**
 * Shrinks a run that fails while it goes on failing in the same way: fewer nodes, clients and operations, a
 * shorter time, fewer faults (delta debugging: Zeller and Hildebrandt, "Simplifying and Isolating
 * Failure-Inducing Input", 2002). A smaller run is another run: what is drawn at random changes with it. So each
 * size is tried with several seeds, and one that fails with none of them is taken for sound, which it need not be.
 */
export async function minimise(start: FailingRun, options: MinimiseOptions): Promise<FailingRun> {
  const search = new Minimiser(start, options);
  if (options.shrinksAll) {
    // With fewer nodes or less time the seed makes another plan: so these come before the plan is fixed.
    await search.shrink('nodes', (spec) => nodeCandidates(spec));
    await search.shrink('time', (spec) => timeCandidates(spec));
  }
  search.fixPlan();
  await search.dropFaults();
  if (options.shrinksAll) {
    await search.shrink('clients', (spec) => clientCandidates(spec));
    await search.shrink('time', (spec) => timeCandidates(spec));
    await search.shrink('operations', (spec) => operationCandidates(spec, search.operations));
    await search.dropFaults();
  }
  return search.best;
}

class Minimiser {
  best: FailingRun;
  private runs = 0;

  constructor(
    private readonly start: FailingRun,
    private readonly options: MinimiseOptions,
  ) {
    this.best = start;
  }

  get operations(): number {
    return this.best.summary.operations;
  }

  /** Names the faults of the best run one by one, so that single ones can be left out. */
  fixPlan(): void {
    const { spec } = this.best;
    const plan = spec.plan ?? this.options.planOf(spec);
    this.best = { ...this.best, spec: { ...spec, plan } };
  }

  /** Takes the smallest candidate that fails, again and again until none does. */
  async shrink(what: string, candidates: (spec: RunSpec) => RunSpec[]): Promise<void> {
    for (let found = true; found;) {
      found = false;
      for (const candidate of candidates(this.best.spec)) {
        found = await this.attempt(candidate, what);
        if (found) break;
      }
    }
  }

  /** Leaves out ever smaller stretches of the plan, as long as what is left still fails. */
  async dropFaults(): Promise<void> {
    let size = this.plan.length;
    while (size > 0) {
      if (await this.dropOne(size)) size = Math.min(size, this.plan.length);
      else size = size === 1 ? 0 : Math.ceil(size / 2);
    }
  }

  private get plan(): readonly ScheduledFault[] {
    return this.best.spec.plan ?? [];
  }

  /** Leaves out the first stretch of this size that nobody misses; false where there is none. */
  private async dropOne(size: number): Promise<boolean> {
    const { plan } = this;
    for (let from = 0; from < plan.length; from += size) {
      const rest = [...plan.slice(0, from), ...plan.slice(from + size)];
      if (await this.attempt({ ...this.best.spec, plan: rest }, 'faults')) return true;
    }
    return false;
  }

  /** Whether the candidate fails as the first run did, with the best run's seed or one of the next ones. */
  private async attempt(candidate: RunSpec, what: string): Promise<boolean> {
    const { runner, tries, otherSeeds, budget, signal } = this.options;
    for (let from = 0; from < tries; from += runner.threads) {
      if (signal.aborted || this.runs >= budget) return false;
      const width = Math.min(runner.threads, tries - from);
      const specs = Array.from({ length: width }, (_, index) => ({
        ...candidate,
        seed: candidate.seed + (otherSeeds ? from + index : 0),
      }));
      this.runs += width;
      const summaries = await Promise.all(specs.map((spec) => runner.run(spec)));
      const index = summaries.findIndex((summary) => this.isSame(summary));
      if (index < 0) continue;
      this.best = { spec: specs[index], summary: summaries[index] };
      this.options.tell(`${describe(this.best)} (fewer ${what}; ${this.runs} runs)`);
      return true;
    }
    return false;
  }

  private isSame(summary: SeedSummary): boolean {
    const { outcome, surprises } = this.start.summary;
    if (!isSurprise(summary) || summary.outcome !== outcome) return false;
    return surprises.length === 0 || summary.surprises.some((name) => surprises.includes(name));
  }
}

function describe({ spec, summary }: FailingRun): string {
  const faults = spec.plan === undefined ? '' : `, ${spec.plan.length} faults`;
  return (
    `still fails with ${spec.nodes} nodes, ${spec.concurrency} clients, ${spec.timeMs / 1000} s, ` +
    `${summary.operations} operations${faults}, seed ${spec.seed}`
  );
}

function nodeCandidates(spec: RunSpec): RunSpec[] {
  const smaller = NODE_COUNTS.filter((nodes) => nodes < spec.nodes);
  return smaller.map((nodes) => ({ ...spec, nodes, plan: undefined }));
}

function clientCandidates(spec: RunSpec): RunSpec[] {
  return CLIENT_COUNTS.filter((count) => count < spec.concurrency).map((concurrency) => ({
    ...spec,
    concurrency,
  }));
}

/** What was planned for later goes with the time. */
function timeCandidates(spec: RunSpec): RunSpec[] {
  return SHARES.map((share) => Math.round(spec.timeMs * share))
    .filter((timeMs) => timeMs >= LEAST_TIME_MS)
    .map((timeMs) => ({
      ...spec,
      timeMs,
      ...(spec.plan && { plan: spec.plan.filter(({ endMs }) => endMs <= timeMs) }),
    }));
}

function operationCandidates(spec: RunSpec, operations: number): RunSpec[] {
  const now = Math.min(spec.operations ?? Infinity, operations);
  return SHARES.map((share) => Math.round(now * share))
    .filter((count) => count > 0 && count < now)
    .map((count) => ({ ...spec, operations: count }));
}
