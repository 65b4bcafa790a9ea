import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Cluster } from '../../harness/contracts/cluster.js';
import type { Target } from '../../harness/contracts/target.js';
import { createRealClock } from '../../harness/environment/real.js';
import { completeSettings } from '../../harness/run/parts.js';
import { createDockerRuntime } from '../../runtimes/docker/runtime.js';
import { describeWith } from '../../harness/testing/requirements.js';
import type { ClientSuite } from '../conformance/bench.js';
import { describeClient } from '../conformance/suite.js';

/** A version of a target as it is set, and what its client can do. */
export interface DockerSuite extends Pick<ClientSuite, 'families' | 'describeMore'> {
  target: Target;
  version: string;
  /** What differs from the defaults. */
  settings?: Readonly<Record<string, string>>;
}

/** The suite for clients, against three containers. Left out, by name, where no engine answers. */
export function describeClientInDocker(suite: DockerSuite): void {
  const { target, version, settings: chosen = {}, families, describeMore } = suite;
  const settings = completeSettings(target, chosen);
  const setTo = Object.entries(chosen).map(([name, value]) => ` ${name}=${value}`);
  const name = `the client of ${target.name} ${version}${setTo.join('')} in Docker`;
  describeWith('docker', name, () => {
    const clock = createRealClock();
    const directory = join(tmpdir(), `schism-conformance-${target.name}-${version}-${process.pid}`);
    afterAll(() => rmSync(directory, { recursive: true, force: true }));
    const startCluster = async (): Promise<Cluster> => {
      const runtime = await createDockerRuntime(clock);
      const runId = `conformance-${target.name}-${version}-${process.pid}`;
      const durability = target.defaultDurability;
      const spec = { runId, target, version, nodes: 3, durability, settings, bugs: [], seed: 1 };
      return runtime.createCluster({ ...spec, directory }, () => undefined);
    };
    describeClient('conforms', { target, settings, families, clock, startCluster, describeMore });
  });
}
