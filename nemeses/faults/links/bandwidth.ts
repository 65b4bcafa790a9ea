import { z } from 'zod';

import { narrowing } from '../../mechanisms/narrowing.js';
import { shapedLinks } from '../../mechanisms/shaped-links.js';
import { drawLinks, linkChoice } from '../../mechanisms/shaping.js';

/** From a modem's up to what does not suffice a follower even under a light load, in steps. */
const STEP_KBIT = 32;
const STEPS = 4;

/** Links that carry little: what comes faster waits, and what would wait too long is dropped. */
export const bandwidth = shapedLinks({
  name: 'bandwidth',
  description: 'narrows the links between nodes; what does not fit waits, then is dropped',
  parameters: linkChoice.extend({ kbitPerSecond: z.number() }),
  draw: (random, nodes) => ({
    ...drawLinks(random, nodes),
    kbitPerSecond: STEP_KBIT * (1 + random.integer(STEPS)),
  }),
  shape: narrowing,
});
