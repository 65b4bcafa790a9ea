import { z } from 'zod';

import { shapedLinks } from '../../mechanisms/shaped-links.js';
import { drawLinks, linkChoice } from '../../mechanisms/shaping.js';

const MIN_PERCENT = 10;
const PERCENT_RANGE = 40;
/** Long enough for others to overtake, short enough to be no matter of elections. */
const MIN_DELAY_MS = 10;
const DELAY_RANGE_MS = 40;

/** Links on which messages overtake each other: most are a little late, and the others pass them. */
export const reorder = shapedLinks({
  name: 'reorder',
  description: 'lets a share of the packets between nodes overtake those before them',
  parameters: linkChoice.extend({ percent: z.number(), delayMs: z.number() }),
  draw: (random, nodes) => ({
    ...drawLinks(random, nodes),
    percent: MIN_PERCENT + random.integer(PERCENT_RANGE),
    delayMs: MIN_DELAY_MS + random.integer(DELAY_RANGE_MS),
  }),
  shape: {
    needs: 'reorder',
    put: (network, links, { percent, delayMs }) => network.reorder?.(links, { percent, delayMs }),
    describe: ({ percent, delayMs }) =>
      `let ${percent} % of their packets overtake the others, which come ${delayMs} ms late`,
    effect: ({ reordered }) => reordered,
    report: ({ reordered }) => `${reordered} packets overtook others`,
  },
});
