import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { QUICK, useWorkshop } from '../testing/context.js';
import { mine } from '../testing/definitions.js';
import { runCampaign } from '../run/run.js';
import { replayCampaign } from './replay.js';

const workshop = useWorkshop();
const DEFINITIONS = join(import.meta.dirname, '../testing/definitions.ts');

/** A run with two power cuts of everybody. */
const record = () =>
  runCampaign(
    { ...QUICK, faults: 'power:all', faultInterval: '1s', runsDirectory: workshop.folder },
    workshop.context,
  );

it('makes a simulated run again, byte for byte', async () => {
  const { folder } = await record();
  const request = { run: folder.path, runsDirectory: workshop.folder };
  const replay = await replayCampaign(request, workshop.context);
  expect(replay).toMatchObject({ kind: 'same-seed', outcome: 'pass', difference: undefined });
  expect(replay.run.folder.path).not.toBe(folder.path);
});

it('is an error where the history differs', async () => {
  const { folder } = await record();
  const path = folder.file('history');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"f":"read"', '"f":"raed"'));
  const request = { run: folder.path, runsDirectory: workshop.folder };
  const replay = await replayCampaign(request, workshop.context);
  expect(replay).toMatchObject({ kind: 'same-seed', outcome: 'error' });
  expect(replay.kind === 'same-seed' && replay.difference?.recorded).toContain('raed');
});

it('carries the same faults out elsewhere, and says what became of them', async () => {
  const { folder, record: original } = await record();
  const request = { run: folder.path, target: 'zab', runsDirectory: workshop.folder };
  const replay = await replayCampaign(
    { ...request, runtime: 'simulation', settings: { reads: 'sync' } },
    workshop.context,
  );
  expect(replay.kind === 'schedule' && replay.remarks[0]).toMatch(
    /^Of \d recorded faults, \d were/,
  );
  const { spec } = replay.run.record;
  expect(spec).toMatchObject({ target: 'zab', settings: { reads: 'sync' }, seed: 3, nodes: 3 });
  expect(spec.plan?.length).toBe(
    folder.readSchedule().filter(({ action }) => action === 'inject').length,
  );
  expect(spec.rate).toBe(original.spec.rate);
  expect(readFileSync(replay.run.folder.file('log'), 'utf8')).toContain('recorded faults');
});

it('loads the definitions that the run used, or says what they lack', async () => {
  const module = join(workshop.folder, 'mine.ts');
  copyFileSync(DEFINITIONS, module);
  writeFileSync(module, `export { mine } from ${JSON.stringify(DEFINITIONS)};\n`);
  const request = { ...QUICK, time: '1s', workload: mine, runsDirectory: workshop.folder };
  const known = await runCampaign({ ...request, module }, workshop.context);
  const again = { run: known.folder.path, runsDirectory: workshop.folder };
  expect((await replayCampaign(again, workshop.context)).outcome).toBe('pass');
  const unknown = await runCampaign(request, workshop.context);
  await expect(
    replayCampaign({ ...again, run: unknown.folder.path }, workshop.context),
  ).rejects.toThrow(/a program gave it without its module/);
});
