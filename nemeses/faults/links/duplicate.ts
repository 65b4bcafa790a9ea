import { z } from 'zod';

import { shapedLinks } from '../../mechanisms/shaped-links.js';
import { drawLinks, linkChoice } from '../../mechanisms/shaping.js';

const MIN_PERCENT = 10;
const PERCENT_RANGE = 40;

/** Links on which some messages arrive twice. */
export const duplicate = shapedLinks({
  name: 'duplicate',
  description: 'sends a share of the packets between nodes twice',
  parameters: linkChoice.extend({ percent: z.number() }),
  draw: (random, nodes) => ({
    ...drawLinks(random, nodes),
    percent: MIN_PERCENT + random.integer(PERCENT_RANGE),
  }),
  shape: {
    needs: 'duplicate',
    put: (network, links, { percent }) => network.duplicate?.(links, { percent }),
    describe: ({ percent }) => `send ${percent} % of their packets twice`,
    effect: ({ duplicated }) => duplicated,
    report: ({ duplicated }) => `${duplicated} packets were sent twice`,
  },
});
