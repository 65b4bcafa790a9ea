import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

import { createRealClock } from '../../harness/environment/real.js';
import type { CampaignContext } from '../definitions/context.js';
import { BUILT_IN } from '../definitions/registries.js';

/** A folder of each test's own, and a context in it with what is built in. */
export interface Workshop {
  readonly folder: string;
  readonly context: CampaignContext;
  /** What campaigns have said so far. */
  readonly said: readonly string[];
}

/** To be called once in a test file: each test finds an empty folder. */
export function useWorkshop(): Workshop {
  let folder = '';
  let said: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'schism-campaign-'));
    said = [];
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get folder() {
      return folder;
    },
    get said() {
      return said;
    },
    get context() {
      const say = (line: string) => void said.push(line);
      return { registries: BUILT_IN, clock: createRealClock(), directory: folder, say };
    },
  };
}

/** A simulated run of a second of work. */
export const QUICK = { target: 'raft', runtime: 'simulation', nodes: 3, time: '4s', seed: 3 };
