import { z } from 'zod';

import { shortage, shortageChoice } from '../../mechanisms/starvation.js';
import { drawOrder } from '../../victims/roles.js';

const MIB = 2 ** 20;
/** Above what the node holds and cannot give back, in percent. */
const SPARE_PERCENT = { least: 1, most: 40 };
/** Less than this no process starts with. */
const LEAST_BYTES = 8 * MIB;

/**
 * Hardly more memory than a node holds: whatever it then reads, writes or makes has to push something else out, and
 * where that does not do, the kernel kills it, as a machine does that has run full.
 */
export const memory = shortage({
  name: 'memory',
  description: 'leaves nodes hardly more memory than they hold; the kernel may kill them for it',
  parameters: shortageChoice.extend({ sparePercent: z.number() }),
  draw: (random, nodes) => ({
    ...drawOrder(random, nodes),
    sparePercent: SPARE_PERCENT.least * (SPARE_PERCENT.most / SPARE_PERCENT.least) ** random.next(),
  }),

  async limit(resources, { sparePercent }, now, attempt) {
    if (now === undefined) return resources.limitMemory(null);
    const held = now.memoryBytes - now.reclaimableBytes;
    const spare = sparePercent / 100 / 2 ** attempt;
    const bytes = held * (1 + spare);
    return resources.limitMemory(Math.max(LEAST_BYTES, Math.ceil(bytes)));
  },

  release: (resources) => resources.limitMemory(null),

  isFelt: (now, before) =>
    now.memoryHits > before.memoryHits || now.memoryKills > before.memoryKills,

  limitOf: ({ memoryLimitBytes }) => memoryLimitBytes,

  describe: (now, before) =>
    `may use ${inMib(now.memoryLimitBytes)} in place of ${inMib(before.memoryLimitBytes)}, used ` +
    `${inMib(before.memoryBytes)} before and ${inMib(now.memoryBytes)} now; met its limit ` +
    `${now.memoryHits - before.memoryHits} times, ${now.memoryKills - before.memoryKills} processes killed`,
});

function inMib(bytes: number | null): string {
  return bytes === null ? 'any amount' : `${(bytes / MIB).toFixed(1)} MiB`;
}
