import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

import type { Decision } from '../engines/decide.js';
import { movables } from './parcel.js';
import type { WorkerTask } from './worker.js';

/** Worker threads that judge partitions. */
export interface WorkerPool {
  threads: number;
  /** What each thread may use. */
  memoryBytes: number;
  /** Rejects at once when `signal` is aborted; the thread ends, even in the middle of a search. */
  judge(task: WorkerTask, signal: AbortSignal): Promise<Decision>;
  close(): Promise<void>;
}

/** Whether V8 ended a thread whose heap had grown too large. */
export function isOutOfMemory(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

/** A thread's heap may grow to its share and this, so that its own meter stops it and V8 does not. */
const SPARE_MB = 128;

/**
 * Threads run the file beside this one: compiled, or its source where this is a source too.
 * @param memoryBytes for all threads together
 */
export function createWorkerPool(tasks: number, memoryBytes: number): WorkerPool {
  const isSource = import.meta.url.endsWith('.ts');
  const filename = fileURLToPath(new URL(`./worker.${isSource ? 'ts' : 'js'}`, import.meta.url));
  const threads = Math.max(1, Math.min(tasks, availableParallelism()));
  const share = memoryBytes / threads;
  const pool = new Piscina<WorkerTask, Decision>({
    filename,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 1000,
    execArgv: isSource ? ['--import', 'tsx'] : [],
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(share / 1e6) + SPARE_MB },
  });
  return {
    threads,
    memoryBytes: share,
    judge: (task, signal) => pool.run(task, { signal, transferList: movables(task.operations) }),
    close: () => pool.destroy(),
  };
}
