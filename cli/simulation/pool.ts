import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

import type { RunSpec } from '../../harness/run/spec.js';
import type { SeedSummary } from './simulate-seed.js';
import type { SimulationTask } from './worker.js';

/** Threads that simulate one run each at a time. */
export interface SimulationPool {
  threads: number;
  /** Rejects when `signal` is aborted; the thread ends, even in the middle of a run. */
  simulate(spec: RunSpec, signal?: AbortSignal): Promise<SeedSummary>;
  close(): Promise<void>;
}

/** Threads run the file beside this one: compiled, or its source where this is a source too. */
export function createSimulationPool(threads: number, directory: string): SimulationPool {
  const isSource = import.meta.url.endsWith('.ts');
  const filename = fileURLToPath(new URL(`./worker.${isSource ? 'ts' : 'js'}`, import.meta.url));
  const pool = new Piscina<SimulationTask, SeedSummary>({
    filename,
    minThreads: threads,
    maxThreads: threads,
    execArgv: isSource ? ['--import', 'tsx'] : [],
  });
  return {
    threads,
    simulate: (spec, signal) => pool.run({ spec, directory }, { signal }),
    close: () => pool.destroy(),
  };
}
