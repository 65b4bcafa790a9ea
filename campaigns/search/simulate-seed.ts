import type { Clock } from '../../harness/environment/environment.js';
import { brokenStepIn, INVARIANTS } from '../../harness/run/invariants.js';
import type { RunResult } from '../../harness/run/result.js';
import { executeRun } from '../../harness/run/run.js';
import type { RunSpec } from '../../harness/run/spec.js';
import { MemoryStore } from '../../harness/store/run-folder.js';
import type { Outcome } from '../../harness/verdict.js';
import { assembleUnrecorded } from '../run/assemble-run.js';
import type { Registries } from '../definitions/registries.js';
import { SILENT } from '../run/observers.js';
import { resolveAgain } from '../run/resolve-spec.js';

/** What one run came to: small enough to be sent from a thread by the thousand. */
export interface SeedSummary {
  seed: number;
  outcome: Outcome;
  sentence: string;
  /** What gave it away: checkers that said invalid, and the invariant that was broken, by name. */
  surprises: readonly string[];
  /** Whether what clients saw is enough to tell, or only who looks inside could. */
  seenByClients: boolean;
  /** When the first surprise was there to be seen, nanoseconds since the run began; undefined if unknown. */
  surpriseNs: number | undefined;
  operations: number;
  faults: number;
  virtualNs: number;
}

/** Simulates one run in memory, and says what came of it. The same spec gives the same answer. */
export async function simulateSeed(
  spec: RunSpec,
  registries: Registries,
  clock: Clock,
): Promise<SeedSummary> {
  const store = new MemoryStore();
  const parts = await assembleUnrecorded(resolveAgain(spec, registries), registries, clock, store);
  const finished = await executeRun({
    ...parts,
    observer: SILENT,
    stop: new AbortController().signal,
    abandonCheck: new AbortController().signal,
  });
  const faults = store.schedule.filter(({ action }) => action === 'inject').length;
  return summarise(spec.seed, finished.result, finished.history.operations.length, faults);
}

/** What a run came to, from its result. */
export function summarise(
  seed: number,
  result: RunResult,
  operations: number,
  faults: number,
): SeedSummary {
  const invalid = result.checks
    .filter(({ verdict, checker }) => verdict === 'invalid' && checker !== INVARIANTS)
    .map(({ checker }) => checker);
  const broken = brokenStepIn(result.checks);
  const { brokenPromise, crashes } = result;
  return {
    seed,
    outcome: result.outcome,
    sentence: result.sentence,
    surprises: [
      ...invalid,
      ...(broken ? [broken.invariant] : []),
      ...(brokenPromise === undefined ? [] : ['broken promise']),
    ],
    seenByClients: invalid.length > 0,
    surpriseNs: broken?.time ?? (brokenPromise === undefined ? undefined : crashes[0].time),
    operations,
    faults,
    virtualNs: result.phases.reduce((last, { end }) => Math.max(last, end), 0),
  };
}
