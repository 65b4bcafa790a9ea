import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, it } from 'vitest';

import { describeWith } from '../harness/testing/requirements.js';
import { EXIT_CODES } from '../harness/verdict.js';

const runs = mkdtempSync(join(tmpdir(), 'schism-faults-'));

afterAll(() => {
  rmSync(runs, { recursive: true, force: true });
});

/** Runs `schism test …` on three containers, as it was built. */
async function schismTest(line: string): Promise<{ code: number | undefined; out: string }> {
  const more = ['--runtime', 'docker', '--nodes', '3', '--seed', '1', '--runs-dir', runs];
  const args = ['dist/cli/main.js', 'test', ...line.split(' '), ...more];
  const { exitCode, all } = await execa(process.execPath, args, { all: true, reject: false });
  return { code: exitCode, out: all };
}

const CLOCK = '--faults clock --fault-interval 3s --time 30s';
const DISKS =
  '--faults disk-full,disk-read-only,disk-errors,disk-slow --fault-interval 3s --time 25s';
const DAMAGE = '--faults disk-damage --fault-interval 3s --time 20s';
const POWER = '--faults power --fault-interval 4s --time 20s';

describeWith('docker', 'wrong clocks, power cuts and broken disks', () => {
  it.each([
    ...['raft', 'etcd', 'zookeeper', 'consul'].map((target) => `${target} ${CLOCK}`),
    ...['raft', 'etcd', 'zookeeper', 'consul'].map((target) => `${target} ${POWER}`),
    ...['raft', 'etcd', 'zookeeper', 'consul'].map((target) => `${target} ${DISKS}`),
    ...['raft', 'etcd', 'zookeeper', 'consul'].map((target) => `${target} ${DAMAGE}`),
  ])('break no promise: %s', async (line) => {
    const { code, out } = await schismTest(line);
    expect(out).toContain('each seen to take hold and each seen healed');
    expect(code).toBe(EXIT_CODES.pass);
  });

  it('lose acknowledged writes where nothing is fsynced', async () => {
    const line = 'zookeeper --durability no-force-sync --faults power:all --fault-interval 4s';
    const { code, out } = await schismTest(`${line} --time 20s`);
    expect(out).toContain('Not linearizable');
    expect(code).toBe(EXIT_CODES.violation);
  });
});
