import { shapedLinks } from '../mechanisms/shaped-links.js';

const MIN_PERCENT = 10;
const PERCENT_RANGE = 40;

/** Links on which some messages arrive twice. */
export const duplicate = shapedLinks({
  name: 'duplicate',
  description: 'sends a share of the packets between nodes twice',
  needs: 'duplicate',
  draw: (random) => ({ percent: MIN_PERCENT + random.integer(PERCENT_RANGE) }),
  put: (network, links, { percent }) => network.duplicate?.(links, { percent }),
  describe: ({ percent }) => `send ${percent} % of their packets twice`,
  effect: ({ duplicated }) => duplicated,
  report: ({ duplicated }) => `${duplicated} packets were sent twice`,
});
