import { expect, it, test } from 'vitest';

import { BUILT_IN } from '../definitions/registries.js';
import { UsageError } from '../definitions/usage-error.js';
import { content, mine } from '../testing/definitions.js';
import { resolveAgain } from './resolve-spec.js';
import { type RunRequest, understand } from './run.js';

const resolve = (request: RunRequest) => understand(request, 'test', BUILT_IN).resolved;

it('fills in what the target decides', () => {
  const { spec } = resolve({ target: 'etcd', seed: 1 });
  expect(spec).toMatchObject({ version: '3.5', runtime: 'docker', durability: 'default' });
  expect(resolve({ target: 'raft' }).spec).toMatchObject({
    runtime: 'process',
    version: 'built-in',
  });
  expect(resolve({ target: 'etcd@3.4' }).spec.version).toBe('3.4');
});

it('reads what a program gives as it reads what a person types', () => {
  const { spec, containers } = resolve({
    target: 'etcd@3.5',
    time: '10s',
    faultInterval: 1_500,
    faults: ['kill', 'partition:halves'],
    settings: { 'heartbeat-ms': 50 },
    nodeMemory: '256m',
    overlap: true,
  });
  expect(spec).toMatchObject({
    timeMs: 10_000,
    faultIntervalMs: 1_500,
    faults: ['kill', 'partition:halves'],
    settings: { 'heartbeat-ms': '50' },
    nodeMemoryMiB: 256,
    overlap: true,
  });
  expect(containers.memoryMiB).toBe(256);
  expect(resolve({ target: 'raft', faults: 'kill,pause' }).spec.faults).toEqual(['kill', 'pause']);
});

it.each<[RunRequest, RegExp]>([
  [{ target: 'rafft' }, /unknown target "rafft"; nearest: raft/],
  [{ target: 'raft', workload: 'lock' }, /raft cannot serve the workload lock; it serves register/],
  [{ target: 'raft@2' }, /unknown version of raft "2"/],
  [{ target: 'raft', runtime: 'proces' }, /unknown runtime "proces"; nearest: process/],
  [{ target: 'raft', durability: 'allways' }, /nearest: always/],
  [{ target: 'raft', settings: { reads: 'locl' } }, /unknown value of raft's reads "locl"/],
  [{ target: 'raft', bugs: ['stale'] }, /unknown bug of raft "stale"/],
  [{ target: 'raft', faults: ['kil'] }, /unknown fault "kil"; nearest: kill/],
  [{ target: 'raft', faults: ['upgrade'] }, /raft has one version only/],
  [{ target: 'raft', workloadOptions: { keyz: 3 } }, /unknown option of the workload register/],
  [{ target: 'etcd', settings: { 'heartbeat-ms': 500 } }, /at least 5 times/],
  [{ target: 'raft', checkers: ['durabilty'] }, /unknown checker "durabilty"/],
  [{ target: 'raft', tiem: '3s' } as RunRequest, /unknown option "tiem"; nearest: time/],
])('refuses %j with a sentence', (request, sentence) => {
  expect(() => resolve(request)).toThrow(sentence);
  expect(() => resolve(request)).toThrow(UsageError);
});

test('a spec means the same when it is looked up again', () => {
  const { resolved, registries } = understand(
    { target: 'raft', workload: mine, checkers: [content], faults: 'kill', image: 'x', seed: 4 },
    'test',
    BUILT_IN,
  );
  const again = resolveAgain(resolved.spec, registries);
  expect(again).toEqual({ ...resolved, checkers: again.checkers });
  expect(again.checkers.map(({ name }) => name)).toEqual(['content']);
  expect(again.workload).toBe(mine);
});

test('definitions have the names that they bear', () => {
  const { resolved, registries } = understand(
    { target: 'raft', workload: mine, module: 'file:///project/mine.ts' },
    'test',
    BUILT_IN,
  );
  expect(resolved.spec.workload).toBe('mine');
  const origin = { kind: 'workloads', name: 'mine', module: '/project/mine.ts' };
  expect(registries.origins).toEqual([origin]);
});

test('a definition may not take a name that is taken, unless it is the same', () => {
  const other = { ...mine, name: 'register' };
  expect(() => resolve({ target: 'raft', workload: other })).toThrow(
    'this program adds "register" to workloads, but that name is taken',
  );
  const { registries } = understand(
    { target: BUILT_IN.targets.raft, workload: BUILT_IN.workloads.register },
    'test',
    BUILT_IN,
  );
  expect(registries.origins).toEqual([]);
});
