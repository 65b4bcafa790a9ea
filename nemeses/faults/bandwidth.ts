import { shapedLinks } from '../mechanisms/shaped-links.js';

/** From a modem's up to what does not suffice a follower even under a light load, in steps. */
const STEP_KBIT = 32;
const STEPS = 4;

/** Links that carry little: what comes faster waits, and what would wait too long is dropped. */
export const bandwidth = shapedLinks({
  name: 'bandwidth',
  description: 'narrows the links between nodes; what does not fit waits, then is dropped',
  needs: 'bandwidth',
  draw: (random) => ({ kbitPerSecond: STEP_KBIT * (1 + random.integer(STEPS)) }),
  put: (network, links, { kbitPerSecond }) =>
    network.bandwidth?.(links, { bitsPerSecond: kbitPerSecond * 1000 }),
  describe: ({ kbitPerSecond }) => `carry no more than ${kbitPerSecond} kbit/s`,
  effect: ({ waits, dropped }) => waits + dropped,
  report: ({ waits, dropped }) => `packets had to wait ${waits} times, ${dropped} were dropped`,
});
