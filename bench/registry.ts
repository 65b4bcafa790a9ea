import type { Benchmark } from './common/benchmark.js';
import { bugs } from './bugs.js';
import { checkers } from './checkers/checkers.js';
import { historyBenchmark } from './history.js';
import { raftWrites } from './raft-writes.js';
import { schedulerBenchmark } from './scheduler.js';

/** What `npm run bench` can measure, by name. */
export const BENCHMARKS = {
  scheduler: schedulerBenchmark,
  history: historyBenchmark,
  'raft-writes': raftWrites,
  bugs,
  checkers,
} satisfies Record<string, Benchmark>;
