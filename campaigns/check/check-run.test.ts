import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createRealClock } from '../../harness/environment/real.js';
import type { CheckResult, Outcome } from '../../harness/verdict.js';
import { keeper } from '../../targets/testing/keeper.js';
import type { WORKLOADS } from '../../workloads/registry.js';
import type { CampaignContext } from '../definitions/context.js';
import { addDefinitions, BUILT_IN } from '../definitions/registries.js';
import { runCampaign, type RunRequest } from '../run/run.js';
import { checkCampaign } from './check.js';

let folder: string;
let context: CampaignContext;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schism-check-run-'));
  const registries = addDefinitions(BUILT_IN, { targets: { keeper } }, null, 'this test');
  context = { registries, directory: folder, clock: createRealClock() };
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs of each workload, and what they end in. */
const RUNS: Readonly<Record<keyof typeof WORKLOADS, readonly [Outcome, RunRequest][]>> = {
  register: [
    ['pass', { target: 'raft', faults: 'kill' }],
    ['violation', { target: 'raft', nodes: 3, bugs: ['stale-read'], faults: 'partition' }],
  ],
  durability: [
    ['pass', { target: 'raft', faults: 'power:all' }],
    [
      'violation',
      { target: 'raft', nodes: 1, bugs: ['ack-before-sync'], faults: 'power:all', rate: 400 },
    ],
  ],
  sessions: [
    ['pass', { target: 'zab' }],
    ['violation', { target: 'zab', nodes: 3, bugs: ['late-watch'] }],
  ],
  lock: [
    ['pass', { target: 'keeper' }],
    ['pass', { target: 'keeper', workloadOptions: { fencing: 'token' } }],
    // A node that forgets what it kept.
    ['violation', { target: 'keeper', faults: 'kill:all' }],
  ],
};

const said = (checks: readonly CheckResult[]) =>
  checks.map(({ checker, verdict, unknownReason }) => ({ checker, verdict, unknownReason }));

describe.each(Object.entries(RUNS))('a run of the workload %s', (workload, requests) => {
  it.each(requests)('ends in a %s, and is judged again as it was: %o', async (outcome, request) => {
    const asked = { workload, runtime: 'simulation', time: '8s', seed: 11, ...request };
    const run = await runCampaign({ ...asked, runsDirectory: folder }, context);
    expect(run.result.outcome).toBe(outcome);
    for (const history of [run.folder.path, run.folder.file('history')]) {
      const judged = await checkCampaign({ history }, context);
      expect(judged.outcome).toBe(outcome);
      expect(judged.sentence).toBe(run.result.sentence);
      expect(said(judged.checks)).toEqual(said(run.result.checks));
    }
  });
});

it('is judged by a model where one is asked for', async () => {
  const request = { target: 'raft', runtime: 'simulation', time: '2s', seed: 1 } as const;
  const run = await runCampaign({ ...request, runsDirectory: folder }, context);
  const judged = await checkCampaign({ history: run.folder.path, model: 'cas-register' }, context);
  expect(said(judged.checks)).toEqual([{ checker: 'linearizability', verdict: 'valid' }]);
});
