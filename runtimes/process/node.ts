import { mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ClientError } from '../../harness/contracts/client.js';
import {
  ALREADY_DOWN,
  type ClockReading,
  type ClockSkew,
  type ClusterNode,
  type Crash,
  type DiskDamage,
  type NodeConnection,
  type NodeReply,
  type NodeState,
  type PowerLoss,
  type Stop,
  STOP_LIMIT_MS,
} from '../../harness/contracts/cluster.js';
import type { NodeCommand } from '../../harness/contracts/node-setup.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { JsonObject } from '../../harness/json.js';
import { clockInStatus } from '../common/clock-reading.js';
import { HttpConnection, type HttpAddress, type HttpRequest } from '../common/http-connection.js';
import { type DamagedFile, damageNewest, diskExcuse, undoDamage } from '../common/damage.js';
import { NodeError, type NodeProblem } from '../../harness/contracts/node-error.js';
import { returnToSynced } from '../../harness/machine/synced-copy.js';
import { NodeProcess, type Exit } from './child.js';
import { CLOCK_VARIABLE } from '../../harness/machine/clock-variable.js';
import { readTail } from '../common/log-file.js';
import { isFree } from './ports.js';
import { processFacts } from '../common/process-table.js';
import type { LinkProxy } from './proxy.js';
import type { Warden } from './warden-handle.js';

/** How long a node may take from its start until it listens: a loaded machine, a long log to recover. */
const START_LIMIT_MS = 20_000;
const SIGNAL_LIMIT_MS = 5_000;
const LOG_LINES = 20;
/** What the host of our own nodes ends with where it cannot listen. */
const EXIT_PORT_IN_USE = 98;

/** What a node needs of its surroundings. */
export interface ProcessNodeParts {
  name: string;
  /** `nodes/<name>` in the run's folder. */
  directory: string;
  /** Where it keeps what it has synced; undefined where nobody is going to cut its power. */
  syncedDirectory?: string;
  command: NodeCommand;
  /** Where it really listens for clients: known to the harness alone. */
  realAddress: HttpAddress;
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
  private readonly parts: ProcessNodeParts;
  private readonly sideConnections: HttpConnection[] = [];
  private process: NodeProcess | undefined;
  private current: NodeState = 'stopped';
  private skew: { wanted: ClockSkew; sinceNs: number } | undefined;
  /** Since its disk was damaged; with what takes it back. */
  private damaged: DamagedFile | undefined;
  /** Set while the harness itself is ending the process. */
  private endIsOurs = false;

  constructor(parts: ProcessNodeParts) {
    this.name = parts.name;
    this.parts = parts;
    this.address = { host: '127.0.0.1', port: parts.clientProxy.port };
  }

  get state(): NodeState {
    return this.current;
  }

  /** The pid of its process; undefined where none runs. */
  get pid(): number | undefined {
    return this.process?.exit === undefined ? this.process?.pid : undefined;
  }

  /** Resolves when it listens for clients. Throws a `NodeError`. */
  async start(): Promise<void> {
    if (this.pid !== undefined) return;
    const startedAt = this.parts.clock.now();
    await mkdir(this.dataDirectory, { recursive: true });
    await this.checkPorts(startedAt);
    this.endIsOurs = false;
    this.current = 'starting';
    let child: NodeProcess;
    try {
      child = await NodeProcess.start(this.commandNow(), this.logPath, this.parts.warden);
    } catch (error) {
      this.current = 'stopped';
      const detail = error instanceof Error ? error.message : String(error);
      throw await this.failure('could not be started', startedAt, { detail });
    }
    this.process = child;
    void child.exited.then((exit) => this.ended(child, exit));
    await this.comeUp(child, startedAt);
  }

  async kill(): Promise<void> {
    this.endIsOurs = true;
    this.process?.send('SIGKILL');
    await this.process?.exited;
    this.current = 'stopped';
  }

  /** A kill, and then its data is what it had synced: the page cache is gone too. */
  async cutPower(): Promise<PowerLoss> {
    const { syncedDirectory } = this.parts;
    if (syncedDirectory === undefined) {
      throw new Error(`The run of ${this.name} was not made for power cuts.`);
    }
    await this.kill();
    return returnToSynced(this.dataDirectory, syncedDirectory);
  }

  /** What is on a damaged disk is all that the next power cut can leave. */
  async damageDisk(damage: DiskDamage | null): Promise<string> {
    const { syncedDirectory } = this.parts;
    if (damage === null) {
      if (this.damaged === undefined) throw new Error(`the disk of ${this.name} was not damaged`);
      const undone = await undoDamage(this.damaged);
      this.damaged = undefined;
      return undone;
    }
    this.damaged = await damageNewest(this.dataDirectory, damage);
    if (syncedDirectory) await rm(syncedDirectory, { recursive: true, force: true });
    return this.damaged.what;
  }

  /** A node that is down gets it when it starts, in its environment. */
  async skewClock(skew: ClockSkew | null): Promise<void> {
    const was = this.skew;
    this.skew = skew === null ? undefined : { wanted: skew, sinceNs: this.parts.clock.now() };
    if (this.pid === undefined || (skew === null && was === undefined)) return;
    const body = skew === null ? null : { ...skew };
    const request = { method: 'POST', path: '/clock', body, timeoutMs: SIGNAL_LIMIT_MS } as const;
    const reply = await this.ask(request);
    if (reply?.status === 200 || this.pid === undefined) return;
    throw new Error(`node ${this.name} does not take another clock`);
  }

  readClock(): Promise<ClockReading> {
    return clockInStatus(this.name, () => this.status(SIGNAL_LIMIT_MS), this.parts.clock);
  }

  async stop(limitMs = STOP_LIMIT_MS): Promise<Stop> {
    const child = this.process;
    if (child === undefined || this.pid === undefined) return this.stoppedWith(ALREADY_DOWN);
    const { clock } = this.parts;
    const startedAt = clock.now();
    this.endIsOurs = true;
    child.send('SIGTERM');
    child.send('SIGCONT');
    const exit = await child.exitWithin(limitMs, clock);
    await this.kill();
    const tookMs = (clock.now() - startedAt) / 1e6;
    if (exit !== undefined) return this.stoppedWith({ tookMs, killed: false, ...exit });
    return this.stoppedWith({ tookMs, killed: true, exitCode: null, signal: 'SIGKILL' });
  }

  incarnation(): Promise<string | undefined> {
    const { pid } = this;
    const facts = pid === undefined ? undefined : processFacts(pid);
    return Promise.resolve(facts && `pid ${pid}, begun at ${facts.startTime}`);
  }

  async pause(): Promise<void> {
    await this.signalAndSee('SIGSTOP', true);
    this.current = 'paused';
  }

  async resume(): Promise<void> {
    await this.signalAndSee('SIGCONT', false);
    this.current = 'running';
  }

  connect(): NodeConnection {
    const { clientProxy, clock } = this.parts;
    return new HttpConnection(this.address, clock, (socket) => clientProxy.arrival(socket));
  }

  async status(timeoutMs: number): Promise<JsonObject | undefined> {
    const reply = await this.ask({ method: 'GET', path: '/status', timeoutMs });
    return reply?.status === 200 ? (reply.body as JsonObject) : undefined;
  }

  /** Asks the node itself, past every proxy. Undefined where no answer comes. */
  async ask(request: HttpRequest): Promise<NodeReply | undefined> {
    const { realAddress, clock } = this.parts;
    const connection = this.sideConnections.pop() ?? new HttpConnection(realAddress, clock);
    try {
      return await connection.send(request);
    } catch (error) {
      if (error instanceof ClientError) return undefined;
      throw error;
    } finally {
      this.sideConnections.push(connection);
    }
  }

  logTail(lines: number): Promise<string> {
    return readTail(this.logPath, lines);
  }

  /** With the skew as it would be by now: a drift goes on while a machine is down. */
  private commandNow(): NodeCommand {
    const { command, clock } = this.parts;
    if (this.skew === undefined) return command;
    const { wanted, sinceNs } = this.skew;
    const gainedMs = (((clock.now() - sinceNs) / 1e6) * wanted.driftPpm) / 1e6;
    const skew = { ...wanted, offsetMs: wanted.offsetMs + gainedMs };
    const environment = { ...command.environment, [CLOCK_VARIABLE]: JSON.stringify(skew) };
    return { ...command, environment };
  }

  private async stoppedWith(stop: Stop): Promise<Stop> {
    this.current = 'stopped';
    await Promise.all(this.sideConnections.splice(0).map((connection) => connection.close()));
    return stop;
  }

  private get dataDirectory(): string {
    return join(this.parts.directory, 'data');
  }

  private get logPath(): string {
    return join(this.parts.directory, 'node.log');
  }

  /** Another process on its port would answer in its place, or keep it from coming up. */
  private async checkPorts(startedAt: number): Promise<void> {
    const uses = { clients: this.parts.realAddress.port, peers: this.parts.peerPort };
    for (const [use, port] of Object.entries(uses)) {
      if (await isFree(port)) continue;
      const detail = `port ${port} on 127.0.0.1, where it listens for ${use}, is another process's`;
      throw await this.failure('found its port in use', startedAt, { detail });
    }
  }

  /** Waits until it listens: a kernel accepts on its port. */
  private async comeUp(child: NodeProcess, startedAt: number): Promise<void> {
    const { clock, realAddress } = this.parts;
    const end = startedAt + START_LIMIT_MS * 1e6;
    while (child.exit === undefined && !(await listens(realAddress))) {
      if (clock.now() > end) {
        await this.kill();
        throw await this.failure('did not come up', startedAt, {});
      }
      await clock.sleep(15);
    }
    if (child.exit !== undefined) throw await this.endedEarly(child.exit, startedAt);
    if (this.current === 'starting') this.current = 'running';
  }

  private endedEarly(exit: Exit, startedAt: number): Promise<NodeError> {
    if (exit.exitCode !== EXIT_PORT_IN_USE) {
      return this.failure('ended before it was up', startedAt, exit);
    }
    const { realAddress, peerPort } = this.parts;
    const detail = `it wants ${realAddress.port} for clients and ${peerPort} for peers`;
    return this.failure('found its port in use', startedAt, { ...exit, detail });
  }

  private async failure(
    problem: NodeProblem,
    startedAt: number,
    more: Partial<Exit> & { detail?: string },
  ): Promise<NodeError> {
    const elapsedMs = (this.parts.clock.now() - startedAt) / 1e6;
    const logTail = await this.logTail(LOG_LINES);
    return new NodeError({ node: this.name, problem, elapsedMs, logTail, ...more });
  }

  private async ended(child: NodeProcess, exit: Exit): Promise<void> {
    if (this.process !== child || this.endIsOurs) return;
    this.current = 'crashed';
    const time = this.parts.clock.now();
    const disk = diskExcuse(null, this.damaged !== undefined);
    const logTail = await this.logTail(LOG_LINES);
    this.parts.onCrash({ node: this.name, time, ...exit, logTail, disk });
  }

  private async signalAndSee(signal: 'SIGSTOP' | 'SIGCONT', stopped: boolean): Promise<void> {
    const startedAt = this.parts.clock.now();
    this.process?.send(signal);
    if (await this.process?.seenStopped(stopped, this.parts.clock, SIGNAL_LIMIT_MS)) return;
    const exit = this.process?.exit ?? {};
    throw await this.failure('did not obey a signal', startedAt, { ...exit, detail: signal });
  }
}

/** Whether something accepts connections there. */
function listens({ host, port }: HttpAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
