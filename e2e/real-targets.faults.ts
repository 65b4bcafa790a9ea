import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

import { findLeftovers } from '../runtimes/docker/clean.js';
import { connectEngine } from '../runtimes/docker/engine/connection.js';
import { describeWith } from '../harness/testing/requirements.js';
import { EXIT_CODES } from '../harness/verdict.js';
import { type Ended, schism } from '../cli/testing/schism.js';

const runs = mkdtempSync(join(tmpdir(), 'schism-faults-'));

afterAll(() => {
  rmSync(runs, { recursive: true, force: true });
});

/** `schism test …` on three nodes. */
const schismTest = (...args: string[]): Promise<Ended> =>
  schism('test', ...args, '--nodes', '3', '--runs-dir', runs);

describeWith('docker', 'real systems under partitions and kills for 30 s', () => {
  it.each(['raft --runtime docker', 'etcd', 'zookeeper', 'consul --set consistency=consistent'])(
    '%s keeps its promises',
    async (target) => {
      const load = ['--time', '30s', '--faults', 'partition,kill', '--seed', '31'];
      const { code, out } = await schismTest(...target.split(' '), ...load);
      expect(out).toContain('Pass');
      expect(code).toBe(EXIT_CODES.pass);
    },
  );
});

/** A stale read is a matter of luck in one run: which node a partition isolates, and for how long. */
const TRIES = 4;

const PARTITIONS = '--faults partition --time 20s';

describeWith('docker', 'modes that promise less, and are seen to', () => {
  it.each([
    `etcd --set reads=serializable ${PARTITIONS}`,
    `etcd@3.3 --set api=v2 --set quorum=false ${PARTITIONS}`,
    `zookeeper --set reads=local ${PARTITIONS}`,
    `consul --set consistency=stale ${PARTITIONS}`,
  ])('stale: %s', async (run) => {
    let last: Ended = { code: undefined, out: '' };
    for (let seed = 1; seed <= TRIES && last.code !== EXIT_CODES.violation; seed++) {
      last = await schismTest(...run.split(' '), '--seed', String(seed));
    }
    expect(last.out).toContain('Not linearizable');
    expect(last.code).toBe(EXIT_CODES.violation);
  });

  it('and nothing of all these runs is left', async () => {
    const left = await findLeftovers(await connectEngine());
    expect(left.filter(({ state }) => state === 'stale')).toEqual([]);
  });
});
