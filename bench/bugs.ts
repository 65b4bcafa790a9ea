import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { keepMeasuredBugs, type MeasuredBug } from '../campaigns/definitions/measured-bugs.js';
import { loadRegistries } from '../campaigns/definitions/load-registries.js';
import type { Registries } from '../campaigns/definitions/registries.js';
import { understand } from '../campaigns/run/run.js';
import { createSimulationPool, type SimulationPool } from '../campaigns/search/pool.js';
import { isSurprise, searchSeeds } from '../campaigns/search/search-seeds.js';
import type { SeedSummary } from '../campaigns/search/simulate-seed.js';
import { parseSimulation } from '../cli/options/simulate-command.js';
import { tryCommand } from '../harness/machine/command.js';
import type { RunSpec } from '../harness/run/spec.js';
import type { Target } from '../harness/contracts/target.js';
import { EXIT_CODES, type Outcome } from '../harness/verdict.js';
import type { Benchmark, BenchmarkTable } from './common/benchmark.js';

/** Searches for each bug in simulation; one begins so many seeds behind another. */
const SEARCHES = 10;
const SEEDS_APART = 100_000;
/** A search that has found nothing after so many runs is given up. */
const MOST_RUNS = 2_000;
/** What clients do not see in so many runs is called a matter of the inside. */
const MOST_RUNS_OF_CLIENTS = 60;
/** Real runs for each bug at most, each with a seed of its own. */
const REAL_RUNS = 5;
const CLI = fileURLToPath(new URL('../cli/main.js', import.meta.url));

/** A bug of a target of ours. */
interface Bug {
  target: string;
  name: string;
  /** The command of its catalogue entry. */
  command: string;
}

/**
 * Every seeded bug, looked for with the options that its catalogue entry names: in simulation, by ten searches;
 * with `--real` by real runs. `--keep` writes the figures down for `schism bugs`. Arguments: targets or bugs.
 */
export const bugs: Benchmark = {
  description: `the seeded bugs of our nodes: ${SEARCHES} simulated searches each, or real runs (--real)`,
  keepsItself: true,
  run: async (args, log) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { real: { type: 'boolean' }, keep: { type: 'boolean' } },
    });
    const registries = await loadRegistries(process.cwd());
    const wanted = catalogue(Object.values(registries.targets)).filter(
      ({ target, name }) =>
        positionals.length === 0 || positionals.includes(target) || positionals.includes(name),
    );
    const measure = values.real ? measureReal : (bug: Bug) => measureSimulated(bug, registries);
    const rows: string[][] = [];
    for (const bug of wanted) {
      const figures = await measure(bug);
      if (values.keep) keepMeasuredBugs({ [bug.target]: { [bug.name]: figures } });
      const row = [`${bug.target} ${bug.name}`, ...cells(figures)];
      log(row.join('  '));
      rows.push(row);
    }
    return [values.real ? realTable(rows) : simulatedTable(rows)];
  },
};

function catalogue(targets: readonly Target[]): Bug[] {
  return targets.flatMap(({ name: target, bugs: entries }) =>
    Object.entries(entries).map(([name, { foundBy }]) => ({ target, name, command: foundBy })),
  );
}

async function measureSimulated(bug: Bug, registries: Registries): Promise<MeasuredBug> {
  const pool = createSimulationPool(availableParallelism(), { directory: process.cwd() });
  const firsts: Hit[] = [];
  const seen: Hit[] = [];
  try {
    for (let search = 0; search < SEARCHES; search++) {
      const { first, byClients } = await searchFrom(
        1 + search * SEEDS_APART,
        bug,
        registries,
        pool,
      );
      if (first) firsts.push(first);
      if (byClients) seen.push(byClients);
    }
  } finally {
    await pool.close();
  }
  return {
    simulated: {
      searches: SEARCHES,
      found: firsts.length,
      medianRuns: median(firsts),
      mostRuns: Math.max(0, ...firsts.map(({ runs }) => runs)),
      foundByClients: seen.length,
      medianRunsByClients: median(seen),
      by: countWays(firsts),
    },
  };
}

/** The first run from this seed on that gives the bug away, and the first in which clients see it. */
async function searchFrom(
  seed: number,
  bug: Bug,
  registries: Registries,
  pool: SimulationPool,
): Promise<{ first?: Hit; byClients?: Hit }> {
  // The options of a real run mean the same in simulation.
  const [, , ...args] = bug.command.split(' ');
  const typed = [...args, '--seed', String(seed)];
  const { spec } = understand(parseSimulation(typed), 'simulate', registries).resolved;
  const first = await searchOnce(pool, spec, MOST_RUNS, isSurprise);
  if (!first) return {};
  const byClients = first.summary.seenByClients
    ? first
    : await searchOnce(pool, spec, MOST_RUNS_OF_CLIENTS, (each) => each.seenByClients);
  return { first, byClients };
}

/** The first run of a search that has what it looks for, and how many it took. */
interface Hit {
  runs: number;
  summary: SeedSummary;
}

async function searchOnce(
  pool: SimulationPool,
  spec: RunSpec,
  runs: number,
  isFound: (summary: SeedSummary) => boolean,
): Promise<Hit | undefined> {
  const { surprise } = await searchSeeds(pool, {
    spec,
    runs,
    keepGoing: false,
    signal: new AbortController().signal,
    isFound,
    onRun: () => undefined,
  });
  return surprise && { runs: surprise.seed - spec.seed + 1, summary: surprise };
}

function median(hits: readonly Hit[]): number {
  const sorted = hits.map(({ runs }) => runs).sort((a, b) => a - b);
  const { length } = sorted;
  return length === 0 ? 0 : (sorted[(length - 1) >> 1] + sorted[length >> 1]) / 2;
}

function countWays(hits: readonly Hit[]): Record<string, number> {
  const by: Record<string, number> = {};
  for (const { summary } of hits) {
    const way = summary.surprises.join(' + ') || summary.outcome;
    by[way] = (by[way] ?? 0) + 1;
  }
  return by;
}

/** The command of the catalogue with real processes; nothing where they cannot be given its faults. */
async function measureReal({ command }: Bug): Promise<MeasuredBug> {
  const folder = mkdtempSync(join(tmpdir(), 'schism-bugs-'));
  try {
    for (let seed = 1; seed <= REAL_RUNS; seed++) {
      const hunted = await hunt(command, seed, folder);
      if (hunted === undefined) return {};
      const { outcome, sentence } = hunted;
      if (outcome === 'violation') {
        return { real: { runs: REAL_RUNS, foundIn: seed, seen: sentence } };
      }
    }
    return { real: { runs: REAL_RUNS, foundIn: null, seen: '' } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Hunted {
  outcome: Outcome;
  /** What was seen, without who and when. */
  sentence: string;
}

async function hunt(command: string, seed: number, folder: string): Promise<Hunted | undefined> {
  const [, , ...args] = command.split(' ');
  const { exitCode, stdout, stderr } = await tryCommand(process.execPath, [
    ...[CLI, 'test', ...args, '--seed', String(seed), '--runs-dir', folder],
  ]);
  if (exitCode === 64 && stderr.includes('the runtime process cannot do the fault')) {
    return undefined;
  }
  const outcomes = Object.keys(EXIT_CODES) as Outcome[];
  const outcome = outcomes.find((each) => EXIT_CODES[each] === exitCode);
  if (outcome === undefined) throw new Error(`${command} ended with ${exitCode}: ${stderr}`);
  const [, sentence = ''] = /Violation: (.*)/.exec(stdout) ?? [];
  return { outcome, sentence: sentence.replaceAll(/ \([^)]*\)/g, '') };
}

function cells({ simulated, real }: MeasuredBug): string[] {
  if (real) {
    return [real.foundIn === null ? `none of ${real.runs}` : `run ${real.foundIn}`, real.seen];
  }
  if (!simulated) return ['simulation only', ''];
  const { searches, found, medianRuns, mostRuns, foundByClients, medianRunsByClients, by } =
    simulated;
  const ways = Object.entries(by)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`);
  return [
    `${found} of ${searches}`,
    String(medianRuns),
    String(mostRuns),
    foundByClients === 0 ? '–' : `${medianRunsByClients} (${foundByClients})`,
    ways.join(', '),
  ];
}

function simulatedTable(rows: readonly string[][]): BenchmarkTable {
  return {
    title: 'Seeded bugs, looked for in simulation',
    columns: [
      'bug',
      'searches that found it',
      'runs (median)',
      'runs (most)',
      'seen by clients',
      'by what, first',
    ],
    rows,
    notes: [
      `A search begins at a seed of its own and ends at the first run that fails, at ${MOST_RUNS} at the latest.`,
      `Seen by clients: runs (median) until clients saw it, in how many searches; – for none within ${MOST_RUNS_OF_CLIENTS} runs.`,
      'Each run has the options of the catalogue entry (schism bugs). Names joined by + were seen in the same run.',
    ],
  };
}

function realTable(rows: readonly string[][]): BenchmarkTable {
  return {
    title: 'Seeded bugs, looked for by real runs',
    columns: ['bug', `first of ${REAL_RUNS} runs that found it`, 'what was seen'],
    rows,
    notes: ['Seeds count from 1; each run is the command of the catalogue entry (schism bugs).'],
  };
}
