import { afterAll, expect, it } from 'vitest';

import { BUILT_IN } from '../definitions/registries.js';
import { understand } from '../run/run.js';
import { createSimulationPool } from './pool.js';

const request = { target: 'raft', seed: 7, time: '60s' };
const { spec } = understand(request, 'simulate', BUILT_IN).resolved;
const pool = createSimulationPool(1, { directory: process.cwd() }, -59_900);

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
