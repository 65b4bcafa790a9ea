import { createRealClock } from '../../harness/environment/real.js';
import type { RunSpec } from '../../harness/run/spec.js';
import { loadRegistries } from '../definitions/load-registries.js';
import { type DefinitionSource, loadDefinitions } from '../definitions/recorded.js';
import type { Registries } from '../definitions/registries.js';
import { type SeedSummary, simulateSeed } from './simulate-seed.js';

/** What a thread is asked: a run, and where a user's own definitions are found. */
export interface SimulationTask extends DefinitionSource {
  spec: RunSpec;
}

const clock = createRealClock();
/** The same for all tasks of a pool. */
let registries: Promise<Registries> | undefined;

/** Runs in a worker thread. */
export default async function simulate({ spec, ...source }: SimulationTask): Promise<SeedSummary> {
  registries ??= load(source);
  return simulateSeed(spec, await registries, clock);
}

async function load({ directory, definitions = [] }: DefinitionSource): Promise<Registries> {
  return loadDefinitions(definitions, await loadRegistries(directory));
}
