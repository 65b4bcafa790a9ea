import { createRealClock } from '../../harness/environment/real.js';
import type { RunSpec } from '../../harness/run/spec.js';
import { loadRegistries, type Registries } from '../definitions/registries.js';
import { type SeedSummary, simulateSeed } from './simulate-seed.js';

/** What a thread is asked: a run, and where a user's own entries are looked for. */
export interface SimulationTask {
  spec: RunSpec;
  directory: string;
}

const clock = createRealClock();
let registries: Promise<Registries> | undefined;

/** Runs in a worker thread. */
export default async function simulate({ spec, directory }: SimulationTask): Promise<SeedSummary> {
  registries ??= loadRegistries(directory);
  return simulateSeed(spec, await registries, clock);
}
