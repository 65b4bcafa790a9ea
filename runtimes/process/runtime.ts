import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  nodeNames,
  CLIENTS,
  type Capability,
  type Cluster,
  type Crash,
} from '../../harness/contracts/cluster.js';
import type { HostKit } from '../../harness/contracts/program-host.js';
import type { ClusterSpec, Runtime } from '../../harness/contracts/runtime.js';
import type { Target } from '../../harness/contracts/target.js';
import type { NodeCommand, NodeSetup } from '../../harness/contracts/starts/node-setup.js';
import type { Clock } from '../../harness/environment/environment.js';
import { createRandom } from '../../harness/environment/random.js';
import { missingModule } from '../../harness/machine/program-module.js';
import { releasePorts, reservePorts } from './ports.js';
import { ProcessNetwork, type NodePorts } from './network.js';
import { ProcessNode } from './node.js';
import { startWarden, type Warden } from './warden-handle.js';

const HOST = '127.0.0.1';
const CAPABILITIES: ReadonlySet<Capability> = new Set([
  'kill',
  'pause',
  'cut',
  'delay',
  'clock',
  'reset',
  'power',
  'disk-damage',
]);

/**
 * Nodes as child processes on loopback, every link through a proxy in this process. Needs no root and no
 * Docker, on Linux and macOS. `clock` should be the run's: crashes carry its time. `hosts` run programs; without them
 * only commands can be started.
 */
export function createProcessRuntime(clock: Clock, hosts?: HostKit): Runtime {
  return {
    name: 'process',
    description: 'Nodes are child processes on loopback; every link passes a proxy of the harness.',
    capabilities: CAPABILITIES,
    refuses: (target) => {
      const { program, command } = target.starts;
      if (program !== undefined && hosts !== undefined) return missingModule(program);
      if (command !== undefined) return undefined;
      return `Target ${target.name} says no command to start a node as a process.`;
    },
    createCluster: async (spec, log) => {
      if (spec.needs?.has('power') && spec.target.starts.program === undefined) {
        const { name } = spec.target;
        throw new Error(
          `As a process, ${name} cannot tell what it synced: its power cannot be cut.`,
        );
      }
      return ProcessCluster.create(spec, { clock, hosts }, log);
    },
  };
}

/** What a cluster of processes is made with. */
interface ProcessParts {
  clock: Clock;
  hosts: HostKit | undefined;
}

class ProcessCluster implements Cluster {
  readonly nodes: ProcessNode[] = [];
  readonly network: ProcessNetwork;
  /** Copies that are of no use once the run is over. */
  private readonly syncedDirectories: string[] = [];
  private readonly listeners: ((crash: Crash) => void)[] = [];
  private readonly warden: Warden;
  private readonly ports: readonly NodePorts[];
  private tornDown: Promise<void> | undefined;

  private constructor(network: ProcessNetwork, ports: readonly NodePorts[], warden: Warden) {
    this.network = network;
    this.ports = ports;
    this.warden = warden;
  }

  static async create(
    spec: ClusterSpec,
    parts: ProcessParts,
    log: (line: string) => void,
  ): Promise<ProcessCluster> {
    const ports = await choosePorts(spec.nodes);
    const random = createRandom(spec.seed).fork('network');
    const network = await ProcessNetwork.open(spec.runId, ports, parts.clock, random);
    const cluster = new ProcessCluster(network, ports, startWarden(log));
    try {
      ports.forEach((_, index) => cluster.addNode(spec, index, parts));
      await startAll(cluster.nodes);
      return cluster;
    } catch (error) {
      await cluster.teardown();
      throw error;
    }
  }

  onCrash(listener: (crash: Crash) => void): void {
    this.listeners.push(listener);
  }

  teardown(): Promise<void> {
    this.tornDown ??= this.removeAll();
    return this.tornDown;
  }

  private async removeAll(): Promise<void> {
    const stopped = await Promise.allSettled(this.nodes.map((node) => node.process.stop()));
    await this.network.close();
    await this.warden.close();
    await Promise.all(
      this.syncedDirectories.map((path) => rm(path, { recursive: true, force: true })),
    );
    releasePorts(this.ports.flatMap(({ client, peer }) => [client, peer]));
    const failed = stopped.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  private addNode(spec: ClusterSpec, index: number, { clock, hosts }: ProcessParts): void {
    const { name, client, peer } = this.ports[index];
    const directory = join(spec.directory, 'nodes', name);
    const syncedDirectory = spec.needs?.has('power') ? join(directory, 'synced') : undefined;
    const setup = { ...this.setupOf(spec, index, join(directory, 'data')), syncedDirectory };
    if (syncedDirectory !== undefined) this.syncedDirectories.push(syncedDirectory);
    const node = new ProcessNode({
      name,
      directory,
      syncedDirectory,
      command: commandOf(spec.target, setup, hosts),
      realAddress: { host: HOST, port: client },
      peerPort: peer,
      clientProxy: this.network.proxy({ from: CLIENTS, to: name }),
      clock,
      warden: this.warden,
      onCrash: (crash) => this.listeners.forEach((listener) => listener(crash)),
    });
    this.nodes.push(node);
    this.network.add(node);
  }

  private setupOf(spec: ClusterSpec, index: number, dataDirectory: string): NodeSetup {
    const { name, client, peer } = this.ports[index];
    const others = this.ports.filter((other) => other.name !== name);
    return {
      name,
      index,
      dataDirectory,
      clientAddress: { host: HOST, port: client },
      peerAddress: { host: HOST, port: peer },
      peers: others.map((other) => ({
        name: other.name,
        host: HOST,
        port: this.network.proxy({ from: name, to: other.name }).port,
      })),
      durability: spec.durability,
      settings: spec.settings,
      bugs: spec.bugs,
      seed: spec.seed,
    };
  }
}

async function choosePorts(nodes: number): Promise<NodePorts[]> {
  const ports = await reservePorts(2 * nodes);
  return nodeNames(nodes).map((name, index) => ({
    name,
    client: ports[2 * index],
    peer: ports[2 * index + 1],
  }));
}

/** Waits for all of them, so that none is still being started when the first failure is thrown. */
async function startAll(nodes: readonly ProcessNode[]): Promise<void> {
  const started = await Promise.allSettled(nodes.map((node) => node.process.start()));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** A program comes first: it can tell what it synced, and has the clock that the harness skews. */
function commandOf(
  { name, starts: { program, command } }: Target,
  setup: NodeSetup,
  hosts: HostKit | undefined,
): NodeCommand {
  if (program !== undefined && hosts !== undefined) return hosts.command(program, setup);
  if (command !== undefined) return command(setup);
  throw new Error(`Target ${name} says no command to start a node as a process.`);
}
