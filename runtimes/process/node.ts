import { join } from 'node:path';
import type {
  ClusterNode,
  Crash,
  NodeConnection,
  NodeReply,
  NodeState,
  PowerFacet,
  ProcessFacet,
  SuspensionFacet,
} from '../../harness/contracts/cluster.js';
import type { NodeCommand } from '../../harness/contracts/starts/node-setup.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { JsonObject } from '../../harness/json.js';
import { diskExcuse } from '../common/damage.js';
import { HttpNodeConnection, type NodeRequest } from '../common/node-connection.js';
import { type NetworkAddress } from '../../harness/network/address.js';
import { readTail } from '../common/log-file.js';
import type { Exit } from './child.js';
import { NodeClock } from './node-clock.js';
import { NodeControl } from './node-control.js';
import { powerOf, StoredLog } from './node-data.js';
import type { LinkProxy } from './proxy.js';
import { SideConnections } from './side-connections.js';
import type { Warden } from './warden-handle.js';

const LOG_LINES = 20;

/** What a node needs of its surroundings. */
export interface ProcessNodeParts {
  name: string;
  /** `nodes/<name>` in the run's folder. */
  directory: string;
  /** Where it keeps what it has synced; undefined where nobody is going to cut its power. */
  syncedDirectory?: string;
  command: NodeCommand;
  /** Where it really listens for clients: known to the harness alone. */
  realAddress: NetworkAddress;
  peerPort: number;
  clientProxy: LinkProxy;
  clock: Clock;
  warden: Warden;
  onCrash: (crash: Crash) => void;
}

/** A node as a child process. */
export class ProcessNode implements ClusterNode {
  readonly name: string;
  readonly address: { host: string; port: number };
  readonly process: ProcessFacet;
  readonly suspension: SuspensionFacet;
  readonly clock: NodeClock;
  readonly power?: PowerFacet;
  readonly storedLog: StoredLog;
  private readonly parts: ProcessNodeParts;
  private readonly control: NodeControl;
  private readonly side: SideConnections;

  constructor(parts: ProcessNodeParts) {
    const { clientProxy, clock, directory, name, realAddress, syncedDirectory } = parts;
    this.name = name;
    this.parts = parts;
    this.address = { host: '127.0.0.1', port: clientProxy.port };
    this.side = new SideConnections(realAddress, clock);
    const data = join(directory, 'data');
    this.control = new NodeControl({
      ...parts,
      dataDirectory: data,
      logPath: this.logPath,
      command: () => this.commandNow(),
      onCrash: (exit, expected) => this.crashed(exit, expected),
      onStopped: () => this.side.close(),
    });
    this.process = this.control;
    this.suspension = this.control;
    this.clock = new NodeClock({
      name,
      clock,
      side: this.side,
      isUp: () => this.control.pid !== undefined,
      status: (timeoutMs) => this.status(timeoutMs),
    });
    this.storedLog = new StoredLog(name, { data, synced: syncedDirectory });
    if (syncedDirectory !== undefined) {
      this.power = powerOf(data, syncedDirectory, () => this.control.kill());
    }
  }

  get state(): NodeState {
    return this.control.state;
  }

  connect(): NodeConnection {
    const { clientProxy, clock } = this.parts;
    return new HttpNodeConnection(this.address, clock, (socket) => clientProxy.arrival(socket));
  }

  async status(timeoutMs: number): Promise<JsonObject | undefined> {
    const reply = await this.ask({ method: 'GET', path: '/status', timeoutMs });
    return reply?.status === 200 ? (reply.body as JsonObject) : undefined;
  }

  /** Asks the node itself, past every proxy. Undefined where no answer comes. */
  ask(request: NodeRequest): Promise<NodeReply | undefined> {
    return this.side.ask(request);
  }

  logTail(lines: number): Promise<string> {
    return readTail(this.logPath, lines);
  }

  private get logPath(): string {
    return join(this.parts.directory, 'node.log');
  }

  private commandNow(): NodeCommand {
    const { command } = this.parts;
    return { ...command, environment: { ...command.environment, ...this.clock.environment() } };
  }

  private async crashed(exit: Exit, expected: string | undefined): Promise<void> {
    const { clock, name, onCrash } = this.parts;
    const time = clock.now();
    const disk = diskExcuse(null, this.storedLog.isDamaged);
    const logTail = await this.logTail(LOG_LINES);
    onCrash({ node: name, time, ...exit, logTail, disk, expected });
  }
}
