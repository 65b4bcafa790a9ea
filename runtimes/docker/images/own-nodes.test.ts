import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ContainerSetup } from '../../../harness/contracts/starts/container.js';
import type { HostKit } from '../../../harness/contracts/program-host.js';
import { HOST_KIT } from '../../../nodes/host/host-kit.js';
import { createSetups } from '../../../nodes/host/testing/node-process.js';
import { planProgram, refusesProgram } from './own-nodes.js';

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

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'schism-own-nodes-')));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** A host that is this module; nothing is run. */
function hostAt(entry: string): HostKit {
  return {
    entry: pathToFileURL(join(folder, entry)),
    argumentsFor: (moduleUrl, exported, config) => [`${moduleUrl}#${exported}`, config],
    command: () => expect.unreachable('nothing is started here'),
    create: () => expect.unreachable('nothing is run here'),
    exitCodes: { program: 1, bug: 2, disk: 3, 'corrupt-log': 4 },
  };
}

function plan() {
  const program = { module: join(folder, 'mine/node.js'), export: 'createNode' };
  return planProgram(program, hostAt('kit/main.js')).command(setup);
}

test('the host is started with the program, its setup in a file, listening on every address', () => {
  write({ 'kit/main.js': '', 'mine/node.js': '' });
  const { command, files } = plan();
  expect(command).toEqual([
    'node',
    '/schism/kit/main.js',
    'file:///schism/mine/node.js#createNode',
    '/schism/config.json',
  ]);
  expect(JSON.parse(files?.['/schism/config.json'] ?? '')).toEqual({
    ...setup,
    clientAddress: { host: '0.0.0.0', port: 7000 },
    peerAddress: { host: '0.0.0.0', port: 7001 },
  });
});

test('what host and program import goes with them, with every package.json that says how to read it', () => {
  write({
    'package.json': '{ "type": "module" }',
    'kit/main.js': "import { host } from './host.js';",
    'kit/host.js': "import fs from 'node:fs';\nexport const host = fs;",
    'mine/node.js': "export * from 'thing';",
    'node_modules/thing/package.json': '{ "name": "thing", "exports": "./lib/index.mjs" }',
    'node_modules/thing/lib/index.mjs': 'export const thing = 1;',
    'mine/not-imported.js': '',
  });
  expect(Object.keys(plan().files ?? {}).sort()).toEqual([
    '/schism/config.json',
    '/schism/kit/host.js',
    '/schism/kit/main.js',
    '/schism/mine/node.js',
    '/schism/node_modules/thing/lib/index.mjs',
    '/schism/node_modules/thing/package.json',
    '/schism/package.json',
  ]);
});

test('our own nodes, laid elsewhere with nothing but what they import, run', async () => {
  const module = new URL('../../../nodes/raft/program.js', import.meta.url);
  const program = { module, export: 'createRaftProgram' };
  const [inside] = await createSetups(['n1'], () => join(folder, 'data'));
  const { command, files = {} } = planProgram(program, HOST_KIT).command({
    ...inside,
    version: '1',
  });
  const moved = (text: string): string => text.replace('/schism/', `${folder}/schism/`);
  for (const [place, text] of Object.entries(files)) {
    mkdirSync(dirname(moved(place)), { recursive: true });
    writeFileSync(moved(place), text);
  }
  const child = spawn(process.execPath, command.slice(1).map(moved), { env: {}, stdio: 'pipe' });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  }
  const ended = once(child, 'close');
  while (!log.includes('serves clients') && child.exitCode === null) {
    await Promise.race([once(child.stdout, 'data'), ended]);
  }
  child.kill('SIGKILL');
  await ended;
  expect(log).toContain('n1 serves clients');
});

test('TypeScript of a user’s is refused, and so is what is not there', () => {
  write({ 'node.ts': '' });
  const refusal = (name: string) =>
    refusesProgram({ module: join(folder, name), export: 'createNode' });
  expect(refusal('node.ts')).toContain('In containers there is no TypeScript');
  expect(refusal('other.js')).toContain('There is no module');
  write({ 'other.js': '' });
  expect(refusal('other.js')).toBeUndefined();
});
