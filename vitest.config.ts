import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{bench,campaigns,checkers,cli,docs,e2e,harness,nemeses,nodes,reports,runtimes,targets,workloads}/**/*.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two workers: several suites start whole clusters, and a starved cluster elects no leader.
    maxWorkers: 2,
  },
});
