import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

import type { Clock } from '../../harness/environment/environment.js';
import { createRealClock } from '../../harness/environment/real.js';
import type { RunSpec } from '../../harness/run/spec.js';
import type { DefinitionSource } from '../definitions/recorded.js';
import type { SeedSummary } from './simulate-seed.js';
import type { SimulationTask } from './worker.js';

/** Threads that simulate one run each at a time. */
export interface SimulationPool {
  threads: number;
  /**
   * Rejects when `signal` is aborted, and where a run goes on for five minutes longer than the time it simulates, which
   * none does that gets anywhere; the thread ends, even in the middle of a run.
   */
  simulate(spec: RunSpec, signal?: AbortSignal): Promise<SeedSummary>;
  close(): Promise<void>;
}

const STUCK_MS = 300_000;

/** A run that does not get anywhere, which is a bug of the simulator's or of a node's. */
class StuckError extends Error {
  override readonly name = 'StuckError';

  constructor(seed: number, limitMs: number) {
    const seconds = (limitMs / 1_000).toFixed(0);
    super(`the run of seed ${seed} has not ended within ${seconds} s of real time: it is stuck`);
  }
}

/** Threads run the file beside this one: compiled, or its source where this is a source too. */
export function createSimulationPool(
  threads: number,
  source: DefinitionSource,
  stuckMs = STUCK_MS,
): SimulationPool {
  const isSource = import.meta.url.endsWith('.ts');
  const filename = fileURLToPath(
    new URL(isSource ? './testing/worker-from-source.mjs' : './worker.js', import.meta.url),
  );
  const clock = createRealClock();
  const pool = new Piscina<SimulationTask, SeedSummary>({
    filename,
    minThreads: threads,
    maxThreads: threads,
  });
  return {
    threads,
    simulate: (spec, signal) =>
      withDeadline(clock, spec, stuckMs, signal, (end) =>
        pool.run({ spec, ...source }, { signal: end }),
      ),
    close: () => pool.destroy(),
  };
}

/** Ends a run that is stuck, or that is not wanted any more. */
async function withDeadline<T>(
  clock: Clock,
  { seed, timeMs }: RunSpec,
  stuckMs: number,
  signal: AbortSignal | undefined,
  run: (end: AbortSignal) => Promise<T>,
): Promise<T> {
  const end = new AbortController();
  const abort = (): void => end.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const limitMs = timeMs + stuckMs;
  const stuck = clock.setTimer(abort, limitMs);
  try {
    return await run(end.signal);
  } catch (error) {
    if (end.signal.aborted && !signal?.aborted) throw new StuckError(seed, limitMs);
    throw error;
  } finally {
    clock.clearTimer(stuck);
    signal?.removeEventListener('abort', abort);
  }
}
