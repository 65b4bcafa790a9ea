import { Load } from './load.js';
import type { LoadOptions, LoadResult } from './options.js';

export type { EventRecorder, LoadOptions, LoadResult } from './options.js';

/**
 * Drives clients through a generator until it ends, and records every invocation and completion.
 *
 * Each thread has at most one operation open. One that nobody answers ends by its timeout; its client is
 * closed and its late answer is ignored. A process whose operation ended in `info` is never used again:
 * its thread goes on as process + concurrency, with a fresh client.
 *
 * Rejects, after everything was closed, where the generator or the client factory throws, where the
 * recorder fails, and where all threads wait for each other. Time comes from the clock alone.
 */
export function runLoad(options: LoadOptions): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    new Load(options, resolve, reject).begin();
  });
}
