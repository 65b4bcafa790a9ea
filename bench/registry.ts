import type { Benchmark } from './benchmark.js';
import { bugs } from './bugs.js';
import { raftWrites } from './raft-writes.js';

/** What `npm run bench` can measure, by name. */
export const BENCHMARKS = {
  'raft-writes': raftWrites,
  bugs,
} satisfies Record<string, Benchmark>;
