import { shortageNemesis } from '../mechanisms/starvation.js';

const PERCENT = { least: 2, most: 10 };

/** A node on a machine that others keep busy: it does everything, and some fifty times as slowly. */
export const cpu = shortageNemesis({
  name: 'cpu',
  description: 'leaves nodes a few percent of one CPU',
  draw: (random) => ({
    percent: PERCENT.least * (PERCENT.most / PERCENT.least) ** random.next(),
  }),

  async limit(node, parameters) {
    if (node.resources === undefined) throw new Error(`${node.name} has no limit of CPU`);
    return node.resources.limitCpu(parameters === null ? null : Number(parameters.percent) / 100);
  },

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
