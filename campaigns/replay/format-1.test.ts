import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createRealClock } from '../../harness/environment/real.js';
import { RunFolder } from '../../harness/store/run-folder.js';
import { BUILT_IN } from '../definitions/registries.js';
import { replaySimulated } from './replay-simulated.js';

const FOLDERS = join(import.meta.dirname, '../testdata/format-1');

let runs: string;

beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'schism-replay-'));
});

afterEach(() => {
  rmSync(runs, { recursive: true, force: true });
});

test.each(['planned-faults', 'sessions', 'ineffective-fault'])(
  'the simulated run %s of format 1 comes out the same, byte for byte',
  async (name) => {
    const folder = new RunFolder(join(FOLDERS, name));
    const context = { registries: BUILT_IN, directory: runs, clock: createRealClock() };
    const replay = await replaySimulated(folder, runs, context);
    expect(replay.difference).toBeUndefined();
    expect(replay.length).toBeGreaterThan(5_000);
  },
);
