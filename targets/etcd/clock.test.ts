import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRealClock } from '../../harness/environment/real.js';
import { createDockerRuntime } from '../../runtimes/docker/runtime.js';
import { describeWith } from '../../harness/testing/requirements.js';
import { etcd } from './target.js';

const NEAR_MS = 1_000;

describeWith('docker', 'the clock of an etcd that knows nothing of it', () => {
  const clock = createRealClock();

  test('goes wrong by itself alone, over a restart too, and right again', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'schism-clock-'));
    const runtime = await createDockerRuntime(clock);
    const cluster = await runtime.createCluster(
      {
        runId: 'etcd-clock',
        target: etcd,
        version: '3.5',
        nodes: 3,
        durability: 'default',
        settings: { api: 'v3', 'heartbeat-ms': '100', 'election-ms': '1000' },
        bugs: [],
        seed: 1,
        directory,
      },
      () => {},
    );
    const [n1, n2] = cluster.nodes;
    const skew = async (node: typeof n1): Promise<number> => {
      const { wallMs = NaN, untilMs = NaN } = (await node.clock?.read()) ?? {};
      return wallMs - untilMs;
    };
    const near = async (wantedMs: number): Promise<void> => {
      expect(Math.abs((await skew(n1)) - wantedMs)).toBeLessThan(NEAR_MS);
    };
    try {
      await near(0);
      await n1.clock?.skew({ offsetMs: -600_000, driftPpm: 0 });
      await near(-600_000);
      expect(Math.abs(await skew(n2))).toBeLessThan(NEAR_MS);
      await n1.process.kill();
      await n1.process.start();
      await near(-600_000);
      await n1.clock?.putRight();
      await near(0);
    } finally {
      await cluster.teardown();
      await rm(directory, { recursive: true, force: true });
    }
  });
});
