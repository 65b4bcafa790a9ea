import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

import type { Decision } from '../decide.js';
import type { WorkerTask } from './worker.js';

/** Worker threads that judge partitions. */
export interface WorkerPool {
  threads: number;
  /** Rejects when `signal` is aborted; the thread ends, even in the middle of a search. */
  judge(task: WorkerTask, signal: AbortSignal): Promise<Decision>;
  close(): Promise<void>;
}

/** Threads run the file beside this one: compiled, or its source where this is a source too. */
export function createWorkerPool(tasks: number): WorkerPool {
  const isSource = import.meta.url.endsWith('.ts');
  const filename = fileURLToPath(new URL(`./worker.${isSource ? 'ts' : 'js'}`, import.meta.url));
  const threads = Math.max(1, Math.min(tasks, availableParallelism()));
  const pool = new Piscina<WorkerTask, Decision>({
    filename,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 1000,
    execArgv: isSource ? ['--import', 'tsx'] : [],
  });
  return {
    threads,
    judge: (task, signal) => pool.run(task, { signal }),
    close: () => pool.destroy(),
  };
}
