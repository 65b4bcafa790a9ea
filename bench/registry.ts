import type { Benchmark } from './benchmark.js';
import { raftWrites } from './raft-writes.js';

/** What `npm run bench` can measure, by name. */
export const BENCHMARKS = {
  'raft-writes': raftWrites,
} satisfies Record<string, Benchmark>;
