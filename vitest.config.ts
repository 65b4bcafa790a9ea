import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{e2e,cli,harness,nemeses,workloads,checkers,targets,reports,bench,docs}/**/*.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two workers: several suites start whole clusters, and a starved cluster elects no leader.
    maxWorkers: 2,
  },
});
