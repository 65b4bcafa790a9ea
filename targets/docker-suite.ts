import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../harness/contracts/cluster.js';
import type { Target } from '../harness/contracts/target.js';
import { createRealClock } from '../harness/environment/real.js';
import { createDockerRuntime } from '../harness/runtimes/docker/runtime.js';
import { describeWith } from '../harness/testing/requirements.js';
import { describeClient } from './conformance.js';
import type { ClientSuite } from './conformance.js';

/** A version of a target as it is set, and what its client can do. */
export interface DockerSuite extends Pick<ClientSuite, 'operations' | 'describeMore'> {
  target: Target;
  version: string;
  /** What differs from the defaults. */
  settings?: Readonly<Record<string, string>>;
}

/** The suite for clients, against three containers. Left out, by name, where no engine answers. */
export function describeClientInDocker(suite: DockerSuite): void {
  const { target, version, settings: chosen = {}, operations, describeMore } = suite;
  const defaults = Object.entries(target.settings).map(([name, { default: value }]) => [
    name,
    value,
  ]);
  const settings = { ...(Object.fromEntries(defaults) as Record<string, string>), ...chosen };
  const setTo = Object.entries(chosen).map(([name, value]) => ` ${name}=${value}`);
  const name = `the client of ${target.name} ${version}${setTo.join('')} in Docker`;
  describeWith('docker', name, () => {
    const clock = createRealClock();
    const startCluster = async (): Promise<Cluster> => {
      const directory = mkdtempSync(join(tmpdir(), 'schism-conformance-'));
      const runtime = await createDockerRuntime(clock);
      const runId = `conformance-${target.name}-${version}-${process.pid}`;
      const durability = target.defaultDurability;
      const spec = { runId, target, version, nodes: 3, durability, settings, bugs: [], seed: 1 };
      const cluster = await runtime.createCluster({ ...spec, directory }, () => undefined);
      const teardown = cluster.teardown.bind(cluster);
      cluster.teardown = async () => {
        await teardown();
        rmSync(directory, { recursive: true, force: true });
      };
      return cluster;
    };
    describeClient('conforms', { target, settings, operations, clock, startCluster, describeMore });
  });
}
