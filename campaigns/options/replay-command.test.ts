import { expect, test } from 'vitest';
import type { RunSpec } from '../../harness/run/spec.js';
import { replayCommand } from './replay-command.js';

const spec: RunSpec = {
  target: 'etcd',
  version: '3.5',
  runtime: 'docker',
  workload: 'register',
  workloadOptions: {},
  nodes: 3,
  concurrency: 10,
  rate: 200,
  timeMs: 30_000,
  operationTimeoutMs: 500,
  durability: 'default',
  settings: { reads: 'serializable' },
  bugs: [],
  faults: ['partition', 'kill:leader'],
  faultIntervalMs: 2_000,
  seed: 7,
  checkTimeMs: 120_000,
  checkMemoryBytes: 2 ** 31,
};

test('the command that replays a run names all that decides it', () => {
  expect(replayCommand(spec)).toBe(
    'npx schism test etcd@3.5 --runtime docker --nodes 3 --concurrency 10 --rate 200 --time 30s' +
      ' --workload register --operation-timeout 500ms --durability default --set reads=serializable' +
      ' --faults partition,kill:leader --fault-interval 2s --seed 7',
  );
});

test('and what its containers were, where the user chose that', () => {
  const containers = { image: 'my/etcd:v1', nodeMemoryMiB: 256, nodeCpus: 0.5 };
  expect(replayCommand({ ...spec, ...containers })).toContain(
    ' --image my/etcd:v1 --node-memory 256m --node-cpus 0.5 ',
  );
});

test('and how wrong its clocks may be', () => {
  expect(replayCommand({ ...spec, clockMaxMs: 60_000, clockRateMax: 6 })).toContain(
    ' --clock-max 60s --clock-rate-max 6 --seed 7',
  );
});
