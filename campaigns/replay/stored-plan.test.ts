import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createRealClock } from '../../harness/environment/real.js';
import { RunFolder } from '../../harness/store/run-folder.js';
import { failureKind } from '../definitions/failures.js';
import { BUILT_IN } from '../definitions/registries.js';
import { replaySimulated } from './replay-simulated.js';

const RUN = join(import.meta.dirname, '../testdata/format-1/planned-faults');

let path: string;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'schism-stored-plan-'));
});

afterEach(() => {
  rmSync(path, { recursive: true, force: true });
});

test('a plan in run.json with a wrong parameter is refused by its field before a run begins', async () => {
  const run = join(path, 'run');
  cpSync(RUN, run, { recursive: true });
  const file = join(run, 'run.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"groupSize": ?1/, '"groupSize":"one"'));
  const runs = join(path, 'runs');
  const context = { registries: BUILT_IN, directory: path, clock: createRealClock() };
  const failure = await replaySimulated(new RunFolder(run), runs, context).catch(
    (error: unknown) => error,
  );
  expect(String(failure)).toBe(
    'UsageError: fault 1 of the plan: partition bridge: parameters.groupSize: expected number, received string',
  );
  expect(failureKind(failure)).toBe('usage');
  expect(existsSync(runs)).toBe(false);
});
