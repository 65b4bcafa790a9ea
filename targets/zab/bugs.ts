import type { SeededBug } from '../../harness/contracts/target.js';

/**
 * Mistakes that real systems made, each a few lines at the place where it would be made. With any of them on,
 * the server's own guards do not stop it, so that clients see what comes of it.
 */
export const ZAB_BUGS = {
  'skip-sync': {
    description: 'A sync is answered by the own server at once; the leader is not asked',
    precedent:
      'ZooKeeper clients that read after another channel told them of a write, without sync',
    foundBy: 'schism test zab --bug skip-sync --faults partition --time 30s',
  },
} as const satisfies Record<string, SeededBug>;

export type ZabBug = keyof typeof ZAB_BUGS;
