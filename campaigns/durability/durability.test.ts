import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { compareCampaign } from '../compare/compare.js';
import { useWorkshop } from '../testing/context.js';
import { durabilityCampaign, type DurabilityRequest } from './durability.js';

const workshop = useWorkshop();

const ask = (request: Partial<DurabilityRequest>) => {
  const quick = { nodes: 3, time: '4s', faultInterval: '1s', rate: 100, runs: 1, seed: 2 };
  const runtime = 'simulation';
  const runsDirectory = workshop.folder;
  const all = { targets: ['raft'], ...quick, runtime, runsDirectory, ...request };
  return durabilityCampaign(all, workshop.context);
};

it('runs mode by mode, and puts them side by side', async () => {
  const { comparison, page } = await ask({ modes: ['batch', 'never'], runs: 2 });
  expect(comparison.outcome).toBe('pass');
  expect(page).toBe(join(workshop.folder, 'durability-raft-2.html'));
  const html = readFileSync(page, 'utf8');
  expect(html).toContain(
    'npx schism durability raft --mode batch,never --runs 2 --time 4s --faults power:all,power:leader ' +
      '--fault-interval 1s --nodes 3 --concurrency 20 --rate 100 --runtime simulation --seed 2',
  );
  expect(workshop.said[0]).toBe('4 runs, about 2 min');
  const runs = workshop.said.filter((line) => line.startsWith('run '));
  expect(runs.map((line) => line.replace(/^.*: /, ''))).toEqual([
    'raft@built-in batch, seed 2',
    'raft@built-in never, seed 2',
    'raft@built-in batch, seed 3',
    'raft@built-in never, seed 3',
  ]);
});

it('its folders can be compared again, on a page of another name', async () => {
  const first = await ask({ modes: ['batch'] });
  const runs = first.comparison.groups.flatMap(({ runs: own }) =>
    own.map(({ directory }) => directory),
  );
  const page = join(workshop.folder, 'again.html');
  const { outcome } = await compareCampaign({ runs, page }, workshop.context);
  expect(outcome).toBe('pass');
  expect(readFileSync(page, 'utf8')).toContain(`npx schism compare ${runs.join(' ')}`);
});

it.each<[Partial<DurabilityRequest>, RegExp]>([
  [{ targets: ['rafft'] }, /unknown target "rafft"/],
  [{ modes: ['allways'] }, /unknown durability mode of raft "allways"; nearest: always/],
  [{ faults: ['powr'] }, /unknown fault "powr"/],
  [{ time: 'soon' }, /"soon" is not a duration/],
])('refuses %j with a sentence', async (request, sentence) => {
  await expect(ask(request)).rejects.toThrow(sentence);
});
