import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { useWorkshop } from '../testing/context.js';
import { definitionsUsed, withRecorded } from './recorded.js';
import { addDefinitions, BUILT_IN } from './registries.js';
import { understand } from '../run/run.js';
import { mine } from '../testing/definitions.js';

const workshop = useWorkshop();

/** A module in the folder of this test that exports a workload. */
function writeModule(text = "export const mine = { name: 'mine', description: 'from a file' };") {
  const path = join(workshop.folder, 'mine.ts');
  writeFileSync(path, text);
  return path;
}

const recall = (module: string | null, folder = join(workshop.folder, 'run')) => {
  const definitions = [{ kind: 'workloads', name: 'mine', module }];
  return withRecorded({ definitions }, BUILT_IN, { directory: workshop.folder, folder });
};

it('a definition is found in the module that it came from', async () => {
  const { workloads } = await recall(writeModule());
  expect(workloads.mine).toEqual({ name: 'mine', description: 'from a file' });
  expect(Object.keys(workloads)).toContain('register');
});

it('or in the configuration, by the name that it has there', async () => {
  const module = writeModule("export default { workloads: { mine: { description: 'there' } } };");
  expect((await recall(module)).workloads.mine).toEqual({ description: 'there' });
});

it('one that is there already is not loaded', async () => {
  const known = addDefinitions(BUILT_IN, { workloads: { mine } }, null, 'this test');
  const definitions = [{ kind: 'workloads', name: 'mine', module: '/nowhere.ts' }];
  const place = { directory: workshop.folder, folder: workshop.folder };
  expect(await withRecorded({ definitions }, known, place)).toBe(known);
});

it('says what is lacking', async () => {
  await expect(recall(null)).rejects.toThrow(
    'this run used the workload "mine", which is not built in, and a program gave it without its module: ' +
      'add it to schism.config.ts under workloads',
  );
  await expect(recall(join(workshop.folder, 'gone.ts'))).rejects.toThrow(/cannot be loaded/);
  await expect(recall(writeModule('export const yours = 1;'))).rejects.toThrow(
    /mine\.ts, where it came from, exports none of that name now$/,
  );
});

it('runs no module from outside of the working directory, nor one that came with the run', async () => {
  const elsewhere = join(tmpdir(), 'mine.ts');
  await expect(recall(elsewhere)).rejects.toThrow(/is not in this directory/);
  const run = join(workshop.folder, 'run');
  mkdirSync(run);
  const within = join(run, 'mine.ts');
  writeFileSync(within, 'throw new Error("this ran");');
  await expect(recall(within, run)).rejects.toThrow(/is not in this directory/);
});

it('a run uses what its spec names, in its plan too', () => {
  const { resolved, registries } = understand(
    { target: 'raft', workload: mine },
    'test',
    addDefinitions(
      BUILT_IN,
      { nemeses: { idle: BUILT_IN.nemeses.kill, other: BUILT_IN.nemeses.kill } },
      '/here.ts',
      'this test',
    ),
  );
  const fault = { fault: 'idle', variant: 'one', parameters: {}, lane: 0, startMs: 0, endMs: 1 };
  const used = definitionsUsed({ ...resolved.spec, plan: [fault] }, registries);
  expect(used.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'nemeses idle',
    'workloads mine',
  ]);
});
