import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, test } from 'vitest';

import type { Cluster } from '../../harness/contracts/cluster.js';
import type { Target } from '../../harness/contracts/target.js';
import { createRealClock } from '../../harness/environment/real.js';
import { completeSettings } from '../../harness/run/parts.js';
import { describeClient } from '../../targets/conformance/suite.js';
import { TARGET_LAWS } from '../../targets/conformance/target-laws.js';
import type { NamedRuntime } from '../definitions/given.js';
import { BUILT_IN } from '../definitions/registries.js';
import { lookUp } from '../definitions/usage-error.js';

export interface TargetSuite {
  /** What differs from the defaults. Reads must be linearizable. */
  settings?: Readonly<Record<string, string>>;
  /** Its first one where it is left out. */
  version?: string;
  /** Where the three nodes run, by name or a runtime of one's own; in child processes where it is left out. */
  runtime?: string | NamedRuntime;
}

/**
 * Holds a target against what a target must say of itself, and its client against three nodes, which are paused, killed
 * and left without a quorum: each operation, and each error that can be made to happen.
 */
export function describeTarget(target: Target, suite: TargetSuite = {}): void {
  describe(`the target ${target.name}`, () => {
    for (const { title, hold } of TARGET_LAWS) test(title, () => hold(target));
    const directory = join(tmpdir(), `schism-conformance-${target.name}-${process.pid}`);
    afterAll(() => rmSync(directory, { recursive: true, force: true }));
    const clock = createRealClock();
    const settings = completeSettings(target, suite.settings ?? {});
    const startCluster = () => startNodes(target, suite, directory);
    const { families } = target;
    describeClient('its client', { target, settings, families, clock, startCluster });
  });
}

async function startNodes(
  target: Target,
  { runtime: asked = 'process', version = target.versions[0], settings = {} }: TargetSuite,
  directory: string,
): Promise<Cluster> {
  const entry =
    typeof asked === 'string' ? lookUp('runtime', asked, BUILT_IN.runtimes, 'runtimes') : asked;
  if ('simulate' in entry) throw new TypeError('nodes in virtual time cannot be waited for');
  const runtime = await entry.create(createRealClock(), {});
  const runId = `conformance-${target.name}-${process.pid}`;
  const spec = {
    ...{ runId, target, version, directory, nodes: 3, bugs: [], seed: 1 },
    durability: target.defaultDurability,
    settings: completeSettings(target, settings),
  };
  return runtime.createCluster(spec, () => undefined);
}
