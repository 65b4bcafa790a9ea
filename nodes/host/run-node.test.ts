import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { NodeSetup } from '../../harness/contracts/starts/node-setup.js';
import { returnToSynced } from '../../harness/machine/synced-copy.js';
import { nodeHostCommand } from './command.js';
import { NODE_EXIT } from './exit-codes.js';
import { createSetups, NodeProcess } from './testing/node-process.js';

const ECHO = {
  module: new URL('./testing/echo.js', import.meta.url),
  export: 'createEchoProgram',
};
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'schism-node-'));
const nodes: NodeProcess[] = [];

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.kill()));
});

afterAll(() => {
  fs.rmSync(scratch, { recursive: true });
});

async function createSetup(name: string, changes: Partial<NodeSetup> = {}): Promise<NodeSetup> {
  const [setup] = await createSetups(['n1'], () => path.join(scratch, name), changes);
  return setup;
}

/** A node process of the echo program. */
function start(setup: NodeSetup): NodeProcess {
  const node = new NodeProcess(setup, nodeHostCommand(ECHO, setup));
  nodes.push(node);
  return node;
}

describe('a node process', () => {
  it('keeps what it acknowledged through a kill, and ends with its standard input', async () => {
    const setup = await createSetup('kill');
    const first = start(setup);
    await first.serving();
    await first.ask('/append', { value: 1 });
    first.child.kill('SIGINT');
    expect(await first.ask('/append', { value: 2 })).toEqual([1, 2]);
    expect(await first.kill()).toBe('SIGKILL');

    const second = start(setup);
    await second.serving();
    expect(await second.ask('/list')).toEqual([1, 2]);
    second.child.stdin?.end();
    expect(await second.end()).toBe(NODE_EXIT.ended);
    expect(second.log).toContain('standard input was closed');
  });

  it('loses to a power cut what was not synced, and nothing to a kill or when asked to end', async () => {
    const syncedDirectory = path.join(scratch, 'power-copy');
    const setup = await createSetup('power', { durability: 'never', syncedDirectory });
    const restart = async (): Promise<NodeProcess> => {
      const node = start(setup);
      await node.serving();
      return node;
    };
    const first = await restart();
    await first.ask('/append', { value: 1 });
    await first.kill();
    const second = await restart();
    expect(await second.ask('/append', { value: 2 })).toEqual([1, 2]);
    await second.kill();
    const { lostBytes } = await returnToSynced(setup.dataDirectory, syncedDirectory);
    expect(lostBytes).toBeGreaterThan(0);
    const third = await restart();
    // What the second recovered it had synced: only then does a log go on.
    expect(await third.ask('/list')).toEqual([1]);
    await third.ask('/append', { value: 3 });
    third.child.kill('SIGTERM');
    expect(await third.end()).toBe(NODE_EXIT.ended);
    await returnToSynced(setup.dataDirectory, syncedDirectory);
    expect(await (await restart()).ask('/list')).toEqual([1, 3]);
  });

  it('says which port is in use', async () => {
    const setup = await createSetup('port');
    const { port } = setup.clientAddress;
    const other = net.createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const node = start(setup);
    expect(await node.end()).toBe(NODE_EXIT.portInUse);
    expect(node.log).toContain(`the port for clients, 127.0.0.1:${port}, is in use`);
    other.close();
  });

  it('refuses a configuration that makes no sense, and names what', async () => {
    const setup = await createSetup('usage', { durability: 'sometimes', index: -1 });
    const node = start(setup);
    expect(await node.end()).toBe(NODE_EXIT.usage);
    expect(node.log).toMatch(/index[^]*durability|durability[^]*index/);
  });

  it('refuses a damaged log', async () => {
    const setup = await createSetup('damaged');
    const first = start(setup);
    await first.serving();
    for (const value of ['one', 'two', 'three']) await first.ask('/append', { value });
    await first.kill();
    const [name] = fs.readdirSync(setup.dataDirectory);
    const file = path.join(setup.dataDirectory, name);
    const bytes = fs.readFileSync(file);
    const offset = bytes.indexOf('one');
    bytes.write('eno', offset);
    fs.writeFileSync(file, bytes);
    const second = start(setup);
    expect(await second.end()).toBe(NODE_EXIT['corrupt-log']);
    expect(second.log).toContain(`corrupt log: ${name}, offset ${offset - 13}: expected`);
  });

  it.each([
    ['/halt', NODE_EXIT.program, 'halt: told to'],
    ['/throw', NODE_EXIT.bug, 'told to throw'],
  ])('ends on %s with its own exit code and says why', async (path, code, reason) => {
    const node = start(await createSetup(path));
    await node.serving();
    await expect(node.ask(path)).rejects.toThrow();
    expect(await node.end()).toBe(code);
    expect(node.log).toContain(reason);
  });
});
