import type { DefinitionOrigin, RunSpec } from '../../harness/run/spec.js';
import type { CampaignContext } from '../definitions/context.js';
import { definitionsUsed } from '../definitions/recorded.js';
import { createSimulationPool, type SimulationPool } from './pool.js';
import { simulateSeed } from './simulate-seed.js';

/** Who simulates the runs of a spec, and where. */
export interface Simulator {
  pool: SimulationPool;
  /** Why all of it runs in the thread of the caller, as a sentence; undefined where it has threads of its own. */
  localReason: string | undefined;
}

/** Threads, unless a definition cannot get there: a function is in the program that made it, and a module can be loaded. */
export function createSimulator(
  spec: RunSpec,
  threads: number,
  context: CampaignContext,
): Simulator {
  const definitions = definitionsUsed(spec, context.registries);
  const captive = definitions.filter(({ module }) => module === null);
  if (captive.length === 0) {
    return {
      pool: createSimulationPool(threads, { directory: context.directory, definitions }),
      localReason: undefined,
    };
  }
  return { pool: createLocalPool(context), localReason: reasonFor(captive) };
}

function reasonFor(captive: readonly DefinitionOrigin[]): string {
  const what = captive.map(({ kind, name }) => `${name} (${kind})`).join(', ');
  return `One run after the other in the thread of the caller: the module of ${what} is not known, so that no other thread can load it.`;
}

/** The thread that calls, one run after the other. A run that was begun is not broken off. */
function createLocalPool({ registries, clock }: CampaignContext): SimulationPool {
  return {
    threads: 1,
    simulate: async (spec, signal) => {
      signal?.throwIfAborted();
      const summary = await simulateSeed(spec, registries, clock);
      // Lets those in who want it to stop: a run settles its own promises and nothing else.
      await clock.sleep(0);
      return summary;
    },
    close: () => Promise.resolve(),
  };
}
