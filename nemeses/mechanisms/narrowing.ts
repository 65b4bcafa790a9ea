import type { Shape } from './shaped-links.js';

/** Links that carry little: what comes faster waits, and what would wait too long is dropped. */
export const narrowing: Shape<{ kbitPerSecond: number }> = {
  needs: 'bandwidth',
  put: (network, links, { kbitPerSecond }) =>
    network.bandwidth?.(links, { bitsPerSecond: kbitPerSecond * 1000 }),
  describe: ({ kbitPerSecond }) => `carry no more than ${kbitPerSecond} kbit/s`,
  effect: ({ waits, dropped }) => waits + dropped,
  report: ({ waits, dropped }) => `packets had to wait ${waits} times, ${dropped} were dropped`,
};
