import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

import { describeWith } from '../harness/testing/requirements.js';
import { EXIT_CODES } from '../harness/verdict.js';
import { type Ended, schism } from '../cli/testing/schism.js';

const runs = mkdtempSync(join(tmpdir(), 'schism-operations-'));

afterAll(() => {
  rmSync(runs, { recursive: true, force: true });
});

/** `schism test …` on three nodes for 30 s. */
function schismTest(line: string): Promise<Ended> {
  const more = ['--nodes', '3', '--time', '30s', '--seed', '1', '--runs-dir', runs];
  return schism('test', ...line.split(' '), '--fault-interval', '4s', ...more);
}

const TARGETS = ['raft --runtime docker', 'zab --runtime docker', 'etcd', 'zookeeper', 'consul'];
const FAULTS = ['restart', 'memory', 'cpu'];

describeWith('docker', 'what operators do, and what machines run short of', () => {
  it.each([
    ...FAULTS.flatMap((fault) => TARGETS.map((target) => `${target} --faults ${fault}`)),
    'raft --runtime docker --faults members',
    'etcd --faults members',
    'consul --faults members',
    // Of a leader that was removed reads are stale for a moment: `anomalies.faults.ts`.
    'zookeeper --set reconfig=on --workload durability --faults members',
    'zookeeper@3.8 --set reconfig=on --workload durability --faults members',
    'etcd@3.3 --faults upgrade --upgrade-to 3.4',
    'etcd@3.4 --faults upgrade --upgrade-to 3.5',
    'zookeeper@3.4 --faults upgrade --upgrade-to 3.8',
    'zookeeper@3.8 --faults upgrade --upgrade-to 3.9',
  ])('breaks no promise: %s', async (line) => {
    const { code, out } = await schismTest(line);
    expect(out).toContain('Pass');
    expect(code).toBe(EXIT_CODES.pass);
  });

  it('says why a version does not come up', async () => {
    const { code, out } = await schismTest('etcd --faults upgrade --upgrade-to 3.4');
    expect(out).toMatch(/does not serve as 3\.4 on the data of 3\.5: .*cannot be downgraded/);
    expect(code).toBe(EXIT_CODES.error);
  });
});
