import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { request } from 'undici';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { NodeSetup } from '../../harness/contracts/target.js';
import type { JsonValue } from '../../harness/json.js';
import { nodeHostCommand } from './command.js';
import { NODE_EXIT } from './exit-codes.js';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'schism-node-'));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

afterAll(() => {
  fs.rmSync(scratch, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

async function createSetup(name: string, changes: Partial<NodeSetup> = {}): Promise<NodeSetup> {
  return {
    name: 'n1',
    index: 0,
    dataDirectory: path.join(scratch, name),
    clientAddress: { host: '127.0.0.1', port: await freePort() },
    peerAddress: { host: '127.0.0.1', port: await freePort() },
    peers: [],
    durability: 'batch',
    settings: {},
    bugs: [],
    seed: 1,
    ...changes,
  };
}

/** A node process of the echo program, and what it has logged. */
class Node {
  log = '';
  readonly child: ChildProcess;
  private readonly exited: Promise<unknown[]>;

  constructor(private readonly setup: NodeSetup) {
    const { file, args, firstLine } = nodeHostCommand('node-host/echo-main.fixture', setup);
    this.child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
    this.exited = once(this.child, 'close');
    children.push(this.child);
    this.child.stdin?.write(`${firstLine}\n`);
  }

  async serving(): Promise<void> {
    while (!this.log.includes('serves clients')) {
      await Promise.race([once(this.child.stdout ?? this.child, 'data'), this.exited]);
      if (this.child.exitCode !== null) throw new Error(`it ended: ${this.log}`);
    }
  }

  async ask(path: string, body: JsonValue = null): Promise<JsonValue> {
    const { host, port } = this.setup.clientAddress;
    const url = `http://${host}:${port}${path}`;
    const answer = await request(url, { method: 'POST', body: JSON.stringify(body) });
    return (await answer.body.json()) as JsonValue;
  }

  /** How it ended: an exit code, or a signal. */
  async end(): Promise<unknown> {
    const [code, signal] = await this.exited;
    return code ?? signal;
  }
}

describe('a node process', () => {
  it('keeps what it acknowledged through a kill, and ends with its standard input', async () => {
    const setup = await createSetup('kill');
    const first = new Node(setup);
    await first.serving();
    await first.ask('/append', { value: 1 });
    first.child.kill('SIGINT');
    expect(await first.ask('/append', { value: 2 })).toEqual([1, 2]);
    first.child.kill('SIGKILL');
    expect(await first.end()).toBe('SIGKILL');

    const second = new Node(setup);
    await second.serving();
    expect(await second.ask('/list')).toEqual([1, 2]);
    second.child.stdin?.end();
    expect(await second.end()).toBe(NODE_EXIT.ended);
    expect(second.log).toContain('standard input was closed');
  });

  it('loses with a volatile disk what was not synced, unless it is asked to end', async () => {
    const setup = await createSetup('volatile', {
      durability: 'never',
      settings: { disk: 'volatile' },
    });
    const first = new Node(setup);
    await first.serving();
    await first.ask('/append', { value: 1 });
    first.child.kill('SIGKILL');
    await first.end();
    const second = new Node(setup);
    await second.serving();
    expect(await second.ask('/list')).toEqual([]);
    await second.ask('/append', { value: 2 });
    second.child.kill('SIGTERM');
    expect(await second.end()).toBe(NODE_EXIT.ended);
    const third = new Node(setup);
    await third.serving();
    expect(await third.ask('/list')).toEqual([2]);
  });

  it('says which port is in use', async () => {
    const setup = await createSetup('port');
    const { port } = setup.clientAddress;
    const other = net.createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const node = new Node(setup);
    expect(await node.end()).toBe(NODE_EXIT.portInUse);
    expect(node.log).toContain(`the port for clients, 127.0.0.1:${port}, is in use`);
    other.close();
  });

  it('refuses a configuration that makes no sense, and names what', async () => {
    const setup = await createSetup('usage', { durability: 'sometimes', index: -1 });
    const node = new Node(setup);
    expect(await node.end()).toBe(NODE_EXIT.usage);
    expect(node.log).toMatch(/index[^]*durability|durability[^]*index/);
  });

  it('refuses a damaged log', async () => {
    const setup = await createSetup('damaged');
    const first = new Node(setup);
    await first.serving();
    for (const value of ['one', 'two', 'three']) await first.ask('/append', { value });
    first.child.kill('SIGKILL');
    await first.end();
    const [name] = fs.readdirSync(setup.dataDirectory);
    const file = path.join(setup.dataDirectory, name);
    const bytes = fs.readFileSync(file);
    const offset = bytes.indexOf('one');
    bytes.write('eno', offset);
    fs.writeFileSync(file, bytes);
    const second = new Node(setup);
    expect(await second.end()).toBe(NODE_EXIT['corrupt-log']);
    expect(second.log).toContain(`corrupt log: ${name}, offset ${offset - 13}: expected`);
  });

  it.each([
    ['/halt', NODE_EXIT.program, 'halt: told to'],
    ['/throw', NODE_EXIT.bug, 'told to throw'],
  ])('ends on %s with its own exit code and says why', async (path, code, reason) => {
    const node = new Node(await createSetup(path));
    await node.serving();
    await expect(node.ask(path)).rejects.toThrow();
    expect(await node.end()).toBe(code);
    expect(node.log).toContain(reason);
  });
});
