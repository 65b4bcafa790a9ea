import { availableParallelism } from 'node:os';

import { loadRegistries } from '../../campaigns/definitions/load-registries.js';
import type { Registries } from '../../campaigns/definitions/registries.js';
import { understand } from '../../campaigns/run/run.js';
import { createSimulationPool, type SimulationPool } from '../../campaigns/search/pool.js';
import { searchSeeds } from '../../campaigns/search/search-seeds.js';
import { parseSimulation } from '../../cli/options/simulate-command.js';
import type { Soak, Trial } from './trial.js';

/** Runs of one trial: each round goes through all trials, so none of them may take long. */
const RUNS = 10;

const LINKS = 'partition,slow,loss,reorder,duplicate';
const ALL = `${LINKS},kill,pause,power`;

/** What our own nodes must bear, by name, as options of `schism simulate`. */
const CONFIGURATIONS: Readonly<Record<string, string>> = {
  'raft, all faults': `raft --faults ${ALL}`,
  'raft, three nodes, quick faults': `raft --nodes 3 --faults ${ALL} --fault-interval 800ms`,
  'raft, much load, all killed': 'raft --rate 500 --faults kill:all,power:all,partition',
  'raft, snapshots': `raft --set snapshotThreshold=100 --faults ${ALL}`,
  'raft, leases': `raft --set reads=lease --faults ${ALL}`,
  'raft, members': 'raft --faults members,partition,kill',
  'raft, an fsync for each write': `raft --durability always --faults ${ALL}`,
  'raft, commands tried again': `raft --set retries=on --faults ${ALL}`,
  'raft, durability': 'raft --workload durability --faults power,kill,partition',
  'zab, all faults': `zab --faults ${ALL}`,
  'zab, three nodes, quick faults': `zab --nodes 3 --faults ${ALL} --fault-interval 800ms`,
  'zab, much load, all killed': 'zab --rate 500 --faults kill:all,power:all,partition',
  'zab, an fsync for each write': `zab --durability always --faults ${ALL}`,
  'zab, sessions': `zab --workload sessions --faults ${ALL}`,
  'zab, durability': 'zab --workload durability --faults power,kill,partition',
};

const TIME = '20s';

let pool: SimulationPool | undefined;

/** Sound nodes of ours under every fault that there is, on all cores: nothing may be found. */
export const simulationSoak: Soak = {
  description: 'our own nodes in virtual time, under all faults',
  trials: async () => {
    const registries = await loadRegistries(process.cwd());
    return Object.entries(CONFIGURATIONS).map(([name, options]) =>
      trialOf(name, options, registries),
    );
  },
  close: () => pool?.close() ?? Promise.resolve(),
};

function trialOf(name: string, options: string, registries: Registries): Trial {
  return {
    name,
    run: async (seed) => {
      pool ??= createSimulationPool(availableParallelism(), { directory: process.cwd() });
      const first = seed * RUNS;
      const args = [...options.split(' '), '--time', TIME, '--seed', String(first)];
      const { spec } = understand(parseSimulation(args), 'simulate', registries).resolved;
      const { surprise } = await searchSeeds(pool, {
        spec,
        runs: RUNS,
        keepGoing: false,
        signal: new AbortController().signal,
        onRun: () => undefined,
      });
      if (!surprise) return;
      const command = `npx schism simulate ${options} --time ${TIME} --seed ${surprise.seed} --runs 1`;
      throw new Error(`${surprise.sentence}\n${command}`);
    },
  };
}
