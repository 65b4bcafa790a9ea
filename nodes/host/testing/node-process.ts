import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { request } from 'undici';
import type { NodeCommand, NodeSetup } from '../../../harness/contracts/starts/node-setup.js';
import type { JsonValue } from '../../../harness/json.js';

/** Setups for nodes that know each other, all their ports free a moment ago. */
export async function createSetups(
  names: readonly string[],
  directoryOf: (name: string) => string,
  changes: Partial<NodeSetup> = {},
): Promise<NodeSetup[]> {
  const ports = await freePorts(2 * names.length);
  const address = (port: number) => ({ host: '127.0.0.1', port });
  const peers = names.map((name, index) => ({ name, ...address(ports[names.length + index]) }));
  return names.map((name, index) => ({
    name,
    index,
    dataDirectory: directoryOf(name),
    clientAddress: address(ports[index]),
    peerAddress: address(ports[names.length + index]),
    peers: peers.filter((peer) => peer.name !== name),
    durability: 'batch',
    settings: {},
    bugs: [],
    seed: 1,
    ...changes,
  }));
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A node process, and what it has logged. Whoever starts one kills it. */
export class NodeProcess {
  log = '';
  readonly child: ChildProcess;
  private readonly setup: NodeSetup;
  private readonly exited: Promise<unknown[]>;

  constructor(setup: NodeSetup, { file, args, firstLine }: NodeCommand) {
    this.setup = setup;
    this.child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
    this.exited = once(this.child, 'close');
    this.child.stdin?.write(`${firstLine}\n`);
  }

  /** Resolves when it serves clients. */
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

  async kill(): Promise<unknown> {
    this.child.kill('SIGKILL');
    return this.end();
  }
}
