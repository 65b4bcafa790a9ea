import { afterAll, expect, it } from 'vitest';

import { loadRegistries } from '../definitions/registries.js';
import { createSimulationPool } from './pool.js';
import { parseSimulation } from '../../cli/options/simulation-spec.js';

const names = await loadRegistries(process.cwd());
const { spec } = parseSimulation(['raft', '--seed', '7', '--time', '60s'], names);
const pool = createSimulationPool(1, process.cwd(), -59_900);

afterAll(() => pool.close());

it('gives up a run that gets nowhere, and says which', async () => {
  await expect(pool.simulate(spec)).rejects.toThrow(
    'the run of seed 7 has not ended within 0 s of real time: it is stuck',
  );
});

it('is told to stop before it begins', async () => {
  await expect(pool.simulate(spec, AbortSignal.abort())).rejects.toMatchObject({
    name: 'AbortError',
  });
});
