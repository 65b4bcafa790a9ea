import { z } from 'zod';

import type { DiskProbe } from '../../../harness/contracts/cluster.js';
import { diskFault } from '../../mechanisms/disks.js';
import { drawOrder, nodeChoice } from '../../victims/roles.js';

/** From what a worn-out drive takes to what makes a cluster look for another leader. */
const DELAY_MS = { least: 20, most: 500 };
/** A probe may come at the end of a delay that began before it. */
const SHARE_SEEN = 0.5;

/**
 * Each sync takes so much longer. A node may be slow and lose its leadership; whatever else it does is its own
 * fault, and so is ending because of it.
 */
export const diskSlow = diskFault({
  name: 'disk-slow',
  description: 'makes the disks of nodes that run slow',
  parameters: nodeChoice.extend({ delayMs: z.number() }),
  draw: (random, nodes) => ({
    ...drawOrder(random, nodes),
    delayMs: Math.round(DELAY_MS.least * (DELAY_MS.most / DELAY_MS.least) ** random.next()),
  }),
  fault: ({ delayMs }) => ({ kind: 'slow', delayMs }),
  isBroken: (now, before, fault) =>
    fault.kind === 'slow' && now.refusal === undefined && takesLonger(now, before, fault.delayMs),
  isMended: (now, before) => now.slowedSyncs === before.slowedSyncs,
});

/** Where nobody counts what was slowed down, only the time can tell. */
function takesLonger(now: DiskProbe, before: DiskProbe, delayMs: number): boolean {
  if (now.slowedSyncs === undefined) return now.tookMs - before.tookMs >= SHARE_SEEN * delayMs;
  return now.slowedSyncs > (before.slowedSyncs ?? 0) && now.tookMs >= delayMs;
}
