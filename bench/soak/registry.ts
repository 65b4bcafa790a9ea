import { checkersSoak } from './checkers.js';
import type { Soak } from './trial.js';

/** What `npm run soak` can try, by name. */
export const SOAKS = {
  checkers: checkersSoak,
} satisfies Record<string, Soak>;
