import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { QUICK, useWorkshop } from '../testing/context.js';
import { runCampaign } from '../run/run.js';
import { minimiseCampaign } from './minimise-run.js';

const workshop = useWorkshop();

it('makes a simulated run that failed smaller in everything', async () => {
  const { folder } = await runCampaign(
    {
      ...QUICK,
      ...{ nodes: 5, time: '20s', bugs: ['stale-read'], faults: 'partition' },
      runsDirectory: workshop.folder,
    },
    workshop.context,
  );
  const runsDirectory = join(workshop.folder, 'smaller');
  const request = { run: folder.path, runsDirectory, budget: 30, tries: 1 };
  const { run, remarks } = await minimiseCampaign(request, workshop.context);
  expect(run.result.outcome).toBe('violation');
  const { timeMs, plan } = run.record.spec;
  expect(timeMs).toBeLessThan(20_000);
  expect(plan?.length).toBeLessThan(8);
  expect(remarks).toEqual([]);
  expect(readdirSync(join(runsDirectory, 'raft-register'))).toHaveLength(1);
  expect(workshop.said.at(-1)).toMatch(/^still fails with \d+ nodes/);
});

it('refuses a run that did not fail', async () => {
  const request = { ...QUICK, time: '1s', runsDirectory: workshop.folder };
  const { folder } = await runCampaign(request, workshop.context);
  await expect(minimiseCampaign({ run: folder.path }, workshop.context)).rejects.toThrow(
    'did not fail: its outcome is pass',
  );
});
