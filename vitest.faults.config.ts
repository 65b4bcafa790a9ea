import { defineConfig } from 'vitest/config';

/** Runs of 30 s and more against real systems: `npm run test:faults`. One at a time, or they starve each other. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.faults.ts'],
    testTimeout: 240_000,
    fileParallelism: false,
  },
});
