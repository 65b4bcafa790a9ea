import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { ContainerSetup } from '../../../harness/contracts/container.js';
import type { Target } from '../../../harness/contracts/target.js';
import { fakeTarget } from '../../testing/fake-target.js';
import { planOwnNodes } from './own-nodes.js';

const setup: ContainerSetup = {
  name: 'n1',
  index: 0,
  version: '1',
  dataDirectory: '/data',
  clientAddress: { host: '10.0.0.2', port: 7000 },
  peerAddress: { host: '10.0.0.2', port: 7001 },
  peers: [{ name: 'n2', host: '10.0.0.3', port: 7001 }],
  durability: 'always',
  settings: {},
  bugs: [],
  seed: 1,
};
/** A program of ours that is started by this module. */
const targetAt = (module: string): Target => ({
  ...fakeTarget,
  program: () => {
    throw new Error('it runs in its own process');
  },
  command: (given) => ({
    file: process.execPath,
    args: [module, '--config', '-'],
    firstLine: JSON.stringify(given),
  }),
});

test('a target without a program of ours is none of ours', () => {
  expect(planOwnNodes(fakeTarget)).toBeUndefined();
});

test('the same module is started, with its setup in a file, listening on every address', () => {
  const module = fileURLToPath(new URL('../../testing/fake-node.mjs', import.meta.url));
  const { command, files } = planOwnNodes(targetAt(module))!.command(setup);
  const inside = '/schism/runtimes/testing/fake-node.mjs';
  expect(command).toEqual(['node', inside, '--config', '/schism/config.json']);
  expect(Object.keys(files ?? {}).sort()).toEqual(
    [inside, '/schism/config.json', '/schism/package.json'].sort(),
  );
  expect(JSON.parse(files?.['/schism/config.json'] ?? '')).toEqual({
    ...setup,
    clientAddress: { host: '0.0.0.0', port: 7000 },
    peerAddress: { host: '0.0.0.0', port: 7001 },
  });
});

test('what a module imports goes with it, and every package.json that says how to read it', () => {
  const module = createRequire(import.meta.url).resolve('pure-rand/generator/xoroshiro128plus');
  const { files } = planOwnNodes(targetAt(module))!.command(setup);
  const names = Object.keys(files ?? {});
  expect(names).toContain('/schism/node_modules/pure-rand/package.json');
  expect(names.filter((name) => name.endsWith('.js')).length).toBeGreaterThan(0);
});

test('a program from elsewhere cannot be laid in', () => {
  const plan = planOwnNodes(targetAt('/somewhere/else/main.js'))!;
  expect(() => plan.command(setup)).toThrow(/Not a program of this package/);
});
