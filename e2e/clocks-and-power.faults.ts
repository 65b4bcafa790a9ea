import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { describeWith } from '../harness/testing/requirements.js';
import { EXIT_CODES } from '../harness/verdict.js';
import { type Ended, schism } from '../cli/testing/schism.js';

const runs = mkdtempSync(join(tmpdir(), 'schism-faults-'));

afterAll(() => {
  rmSync(runs, { recursive: true, force: true });
});

/** `schism test …` on three nodes. */
function schismTest(line: string, { runtime = 'docker', seed = 1 } = {}): Promise<Ended> {
  const more = ['--runtime', runtime, '--nodes', '3', '--seed', String(seed), '--runs-dir', runs];
  return schism('test', ...line.split(' '), ...more);
}

const TARGETS = ['raft', 'zab', 'etcd', 'zookeeper', 'consul'];
const CLOCK = '--faults clock --fault-interval 3s --time 30s';
const DISKS =
  '--faults disk-full,disk-read-only,disk-errors,disk-slow --fault-interval 3s --time 25s';
const DAMAGE = '--faults disk-damage --fault-interval 3s --time 20s';
const POWER = '--faults power --fault-interval 4s --time 20s';

/** Whether a lease outlives its leader's leadership is a matter of luck in one run: six of six did. */
const TRIES = 3;

describe('the lease of a leader that is cut off, its clocks half as fast', () => {
  const LEASE = '--set electionTimeoutMs=2000 --faults clock-rate:slow-leader-alone';
  const run = (reads: string, seed: number): ReturnType<typeof schismTest> => {
    const line = `raft --set reads=${reads} ${LEASE} --fault-interval 5s --time 30s`;
    return schismTest(line, { runtime: 'process', seed });
  };

  it('makes reads stale', async () => {
    let last = await run('lease', 1);
    for (let seed = 2; seed <= TRIES && last.code === EXIT_CODES.pass; seed++) {
      last = await run('lease', seed);
    }
    expect(last.out).toContain('Not linearizable');
    expect(last.code).toBe(EXIT_CODES.violation);
  });

  it('does nothing to reads that ask a majority', async () => {
    const { code, out } = await run('linearizable', 1);
    expect(out).toContain('linearizability valid');
    expect(code).toBe(EXIT_CODES.pass);
  });
});

describeWith('docker', 'wrong clocks, power cuts and broken disks', () => {
  it.each(
    [CLOCK, POWER, DISKS, DAMAGE].flatMap((faults) =>
      TARGETS.map((target) => `${target} ${faults}`),
    ),
  )('break no promise: %s', async (line) => {
    const { code, out } = await schismTest(line);
    expect(out).toContain('each seen to take effect and each seen healed');
    expect(code).toBe(EXIT_CODES.pass);
  });

  it('lose acknowledged writes where nothing is fsynced', async () => {
    const line = 'zookeeper --durability forceSync=no --faults power:all --fault-interval 4s';
    const { code, out } = await schismTest(`${line} --time 20s`);
    expect(out).toContain('Not linearizable');
    expect(code).toBe(EXIT_CODES.violation);
  });
});
