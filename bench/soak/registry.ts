import { checkersSoak } from './checkers.js';
import { simulationSoak } from './simulation.js';
import type { Soak } from './trial.js';

/** What `npm run soak` can try, by name. */
export const SOAKS = {
  simulation: simulationSoak,
  checkers: checkersSoak,
} satisfies Record<string, Soak>;
