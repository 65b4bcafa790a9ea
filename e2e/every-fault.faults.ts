import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import type { Capability } from '../harness/contracts/cluster.js';
import { createRealClock } from '../harness/environment/real.js';
import { createDockerRuntime } from '../runtimes/docker/runtime.js';
import { createProcessRuntime } from '../runtimes/process/runtime.js';
import { describeWith } from '../harness/testing/requirements.js';
import { EXIT_CODES } from '../harness/verdict.js';
import { NEMESES } from '../nemeses/registry.js';
import { schism } from '../cli/testing/schism.js';

/**
 * Every fault of the registry on every target that can take it: here those that have no table of their own in
 * `clocks-and-power.faults.ts` and `operations.faults.ts`, and on processes all.
 */
const runs = mkdtempSync(join(tmpdir(), 'schism-every-fault-'));

const HAVE_TABLES_IN_DOCKER = [
  ...['clock', 'power', 'disk-full', 'disk-read-only', 'disk-errors', 'disk-slow', 'disk-damage'],
  ...['restart', 'memory', 'cpu', 'members', 'upgrade'],
];

/** A leader of ZooKeeper that is cut off, its clock slow, answers a `sync` alone: its reads are no proof. */
const IN_CONTAINERS = [
  ...['raft --runtime docker', 'zab --runtime docker', 'etcd', 'consul'],
  'zookeeper --workload durability',
];

/** In one run, each lasts about as long, and so does the pause behind it. */
const FAULT_INTERVAL_S = 3;
const LIMIT_MS = 400_000;

afterAll(() => {
  rmSync(runs, { recursive: true, force: true });
});

function faultsBut(left: readonly string[], capabilities: ReadonlySet<Capability>): string[] {
  const possible = Object.values(NEMESES).filter(({ needs }) =>
    needs.every((need) => capabilities.has(need)),
  );
  return possible.map(({ name }) => name).filter((name) => !left.includes(name));
}

/** One run with all these faults, each of which must be seen to take effect and to heal. */
async function eachBitesAndHeals(target: string, faults: readonly string[]): Promise<void> {
  const time = `${faults.length * 3 * FAULT_INTERVAL_S}s`;
  const { code, out } = await schism(
    ...['test', ...target.split(' '), '--nodes', '3', '--seed', '1', '--runs-dir', runs],
    ...['--faults', faults.join(','), '--fault-interval', `${FAULT_INTERVAL_S}s`, '--time', time],
  );
  const told = /^Faults +(.*)$/m.exec(out)?.[1] ?? out;
  expect(faults.filter((fault) => !new RegExp(`× ${fault}[ ,]`).test(told))).toEqual([]);
  expect(told).toContain('each seen to take effect and each seen healed');
  expect(code).toBe(EXIT_CODES.pass);
}

describeWith('docker', 'every other fault, in containers', () => {
  it.each(IN_CONTAINERS)(
    'takes effect of %s, and breaks no promise',
    { timeout: LIMIT_MS },
    async (target) => {
      const { capabilities } = await createDockerRuntime(createRealClock());
      await eachBitesAndHeals(target, faultsBut(HAVE_TABLES_IN_DOCKER, capabilities));
    },
  );
});

describe('every fault, on processes', () => {
  const { capabilities } = createProcessRuntime(createRealClock());

  it.each([
    ['raft --runtime process', faultsBut([], capabilities)],
    // Its members are fixed.
    ['zab --runtime process', faultsBut(['members'], capabilities)],
  ])('takes effect of %s, and breaks no promise', { timeout: LIMIT_MS }, eachBitesAndHeals);
});
