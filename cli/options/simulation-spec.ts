import { simulateCommandOptions } from './simulate-options.js';
import type { Registries } from '../../campaigns/definitions/registries.js';
import { type ResolvedSpec, resolveSpec } from '../../campaigns/run/resolve-spec.js';
import type { SimulateOptions } from './simulate-options.js';

/** What only means something to containers. */
const REAL_ONLY = { image: undefined, nodeMemory: undefined, nodeCpus: undefined, keep: undefined };

/** The spec that options of `schism simulate` stand for; throws a `UsageError`. */
export function simulationSpec(
  target: string,
  options: SimulateOptions,
  names: Registries,
  freshSeed: () => number,
): ResolvedSpec {
  return resolveSpec(target, { ...options, ...REAL_ONLY, runtime: 'simulation' }, names, freshSeed);
}

/** The same from a command line, without its first two words: `raft --bug stale-read --faults kill`. */
export function parseSimulation(args: readonly string[], names: Registries): ResolvedSpec {
  const command = simulateCommandOptions().exitOverride().parse(args, { from: 'user' });
  const [target] = command.processedArgs;
  return simulationSpec(target, command.opts(), names, () => 0);
}
