import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

import { EXIT_CODES, type Outcome } from '../harness/verdict.js';
import { raft } from '../targets/raft/target.js';
import type { Benchmark, BenchmarkTable } from './benchmark.js';

/** Runs per bug at most; each with a seed of its own, so that the table can be made again. */
const RUNS = 5;
const CLI = fileURLToPath(new URL('../cli/main.js', import.meta.url));

/** Every seeded bug, looked for with the command that its catalogue entry names. */
export const bugs: Benchmark = {
  description: `the seeded bugs of our nodes, each looked for in at most ${RUNS} runs`,
  run: async (args, log) => {
    const wanted = args.length > 0 ? args : Object.keys(raft.bugs);
    const folder = mkdtempSync(join(tmpdir(), 'schism-bugs-'));
    try {
      const rows: string[][] = [];
      for (const name of wanted) rows.push(await hunt(name, folder, log));
      return [table(rows)];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function hunt(name: string, folder: string, log: (line: string) => void): Promise<string[]> {
  const command = raft.bugs[name].foundBy;
  for (let seed = 1; seed <= RUNS; seed++) {
    const { outcome, sentence } = await runCommand(command, seed, folder);
    log(`${name}, seed ${seed}: ${outcome}`);
    if (outcome === 'violation') return [name, `run ${seed} of ${RUNS}`, sentence];
  }
  return [name, 'not found', ''];
}

interface Hunted {
  outcome: Outcome;
  /** What was seen, without who and when. */
  sentence: string;
}

async function runCommand(command: string, seed: number, folder: string): Promise<Hunted> {
  const [, ...args] = command.split(' ');
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [CLI, ...args, '--seed', String(seed), '--runs-dir', folder],
    { reject: false, stdin: 'ignore' },
  );
  const outcomes = Object.keys(EXIT_CODES) as Outcome[];
  const outcome = outcomes.find((each) => EXIT_CODES[each] === exitCode);
  if (outcome === undefined) throw new Error(`${command} ended with ${exitCode}: ${stderr}`);
  const [, sentence = ''] = /Violation: (.*)/.exec(stdout) ?? [];
  return { outcome, sentence: sentence.replaceAll(/ \([^)]*\)/g, '') };
}

function table(rows: readonly string[][]): BenchmarkTable {
  return {
    title: 'Seeded bugs of Raft, found by real runs',
    columns: ['bug', 'found by', 'what clients saw'],
    rows,
    notes: [
      'Seeds count from 1; each run is the command of the catalogue with --seed added:',
      ...rows.map(([name]) => `  ${raft.bugs[name].foundBy}`),
    ],
  };
}
