import { z } from 'zod';

import { shortage, shortageChoice } from '../../mechanisms/starvation.js';
import { drawOrder } from '../../victims/roles.js';

const PERCENT = { least: 2, most: 10 };

/** A node on a machine that others keep busy: it does everything, and some fifty times as slowly. */
export const cpu = shortage({
  name: 'cpu',
  description: 'leaves nodes a few percent of one CPU',
  parameters: shortageChoice.extend({ percent: z.number() }),
  draw: (random, nodes) => ({
    ...drawOrder(random, nodes),
    percent: PERCENT.least * (PERCENT.most / PERCENT.least) ** random.next(),
  }),

  limit: (resources, { percent }) => resources.limitCpu(percent / 100),

  release: (resources) => resources.limitCpu(null),

  isFelt: (now, before) =>
    now.throttledPeriods > before.throttledPeriods && now.throttledMs > before.throttledMs,

  limitOf: ({ cpus }) => cpus,

  describe: (now, before) =>
    `may use ${inCpus(now.cpus)} in place of ${inCpus(before.cpus)}; held back in ` +
    `${now.throttledPeriods - before.throttledPeriods} periods for ${now.throttledMs - before.throttledMs} ms`,
});

function inCpus(cpus: number | null): string {
  return cpus === null ? 'every CPU' : `${(cpus * 100).toFixed(1)} % of a CPU`;
}
