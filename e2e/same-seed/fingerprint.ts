import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { scheduledPlan } from '../../campaigns/run/assemble-run.js';
import { loadRegistries } from '../../campaigns/definitions/load-registries.js';
import { carryOut } from '../../campaigns/run/carry-out.js';
import { understand } from '../../campaigns/run/run.js';
import { parseSimulation } from '../../cli/options/simulate-command.js';
import { nodeNames } from '../../harness/contracts/cluster.js';
import { createRealClock } from '../../harness/environment/real.js';
import { createRandom } from '../../harness/environment/random.js';
import { planFaults } from '../../nemeses/planning/planner.js';
import { NEMESES } from '../../nemeses/registry.js';
import { parseFaults } from '../../nemeses/planning/selection.js';

/** What one simulated run came to: SHA-256 of its files, and its verdicts in words. */
export interface RunFingerprint {
  history: string;
  /** With the names that fields had at first (`WORDS_OF_FORMAT_1`). */
  schedule: string;
  plan: string;
  outcome: string;
  verdicts: Record<string, string>;
}

/** Names that fields on disk were given since the first fingerprints were taken, by what they were then. */
const WORDS_OF_FORMAT_1: Readonly<Record<string, string>> = {
  tookEffect: 'bit',
  draw: 'dice',
  draws: 'dice',
};

const SEEDS = 20;

/** Simulates what is typed behind `schism simulate`. */
export async function fingerprintRun(typed: string): Promise<RunFingerprint> {
  const directory = mkdtempSync(join(tmpdir(), 'schism-same-seed-'));
  try {
    const registries = await loadRegistries(directory);
    const { resolved } = understand(parseSimulation(typed.split(' ')), 'simulate', registries);
    const context = { registries, directory, clock: createRealClock() };
    const run = await carryOut(resolved, { runsDirectory: directory }, context);
    return {
      history: sha256(readFileSync(run.folder.file('history'), 'utf8')),
      schedule: sha256(inOldWords(readFileSync(run.folder.file('schedule'), 'utf8'))),
      plan: sha256(inOldWords(JSON.stringify(scheduledPlan(resolved.spec, registries)))),
      outcome: run.result.outcome,
      verdicts: Object.fromEntries(
        run.result.checks.map(({ checker, verdict }) => [checker, verdict]),
      ),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The plans of each fault, alone and with all of its variants, over many seeds and cluster sizes. */
export function fingerprintPlans(): Record<string, string> {
  return Object.fromEntries(
    Object.values(NEMESES).map(({ name, variants, onRequest = [] }: (typeof NEMESES)['kill']) => {
      const typed = [...variants, ...onRequest].map((variant) => `${name}:${variant}`).join(',');
      const plans = Array.from({ length: SEEDS }, (_, seed) =>
        planFaults({
          selections: parseFaults(typed, NEMESES),
          nodes: nodeNames(1 + (seed % 7)),
          totalMs: 30_000,
          random: createRandom(seed).fork('faults'),
        }).map(({ id, lane, startMs, endMs, planned }) => ({ id, lane, startMs, endMs, planned })),
      );
      return [name, sha256(inOldWords(JSON.stringify(plans)))];
    }),
  );
}

function inOldWords(text: string): string {
  return Object.entries(WORDS_OF_FORMAT_1).reduce(
    (words, [today, then]) => words.replaceAll(`"${today}":`, `"${then}":`),
    text,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
