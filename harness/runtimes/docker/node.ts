import { constants } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import {
  ALREADY_DOWN,
  type ClockReading,
  type ClockSkew,
  type ClusterNode,
  type Crash,
  type DiskDamage,
  type DiskFault,
  type DiskProbe,
  type NodeConnection,
  type NodeState,
  type PowerLoss,
  type Resources,
  type Stop,
  STOP_LIMIT_MS,
} from '../../contracts/cluster.js';
import type { ContainerPlan } from '../../contracts/container.js';
import type { Clock } from '../../environment/environment.js';
import type { JsonObject } from '../../json.js';
import { clockInStatus } from '../clock-reading.js';
import { HttpConnection, type HttpAddress } from '../http-connection.js';
import { NodeError, type NodeProblem } from '../node-error.js';
import { readTail } from '../process/log-file.js';
import type { NodeDisk } from './disks/node-disk.js';
import type { NodeClock } from './clock/node-clock.js';
import { explain } from './engine/errors.js';
import { packFiles, unpackInto } from './engine/tar.js';
import { readResources, resourcesScript } from './limits.js';
import { listens } from './listens.js';
import { LogCapture } from './log-capture.js';
import type { Helper } from './network/helper.js';
import type { NodeContainer } from './node-container.js';

/** How long a start waits for the node to listen; a slower one is left to the wait for readiness. */
const LISTEN_LIMIT_MS = 5_000;
const LISTEN_POLL_MS = 20;
/** Docker's proxy accepts first, and closes when it finds nobody behind it. */
const PROXY_HOLD_MS = 100;
/** After its end a container's last lines are on their way; on a broken connection they never come. */
const LOG_LIMIT_MS = 1_000;
const LOG_LINES = 20;
const CLOCK_LIMIT_MS = 10_000;

/** What a node is made of. */
export interface DockerNodeParts {
  name: string;
  /** `nodes/<name>` in the run's folder. */
  directory: string;
  container: NodeContainer;
  plan: ContainerPlan;
  /** Of its own, where somebody may cut its power. */
  disk?: NodeDisk;
  address: HttpAddress;
  peerAddress: HttpAddress;
  /** Where it is asked for its status: no fault applies there. */
  sideAddress: HttpAddress;
  /** Whether the engine may accept connections in its place, as it does for published ports. */
  behindProxy: boolean;
  helper: Helper;
  clock: Clock;
  /** Where this machine can skew clocks. */
  nodeClock?: NodeClock;
  onCrash: (crash: Crash) => void;
}

interface Exit {
  exitCode: number | null;
  signal: string | null;
  /** Why, where the engine knows more: memory, its own end. */
  note?: string;
}

/** A node as a container. Its network namespace belongs to another one and stays when this one dies. */
export class DockerNode implements ClusterNode {
  readonly name: string;
  readonly address: HttpAddress;
  readonly peerAddress: HttpAddress;
  /** Present where its status is our own nodes' HTTP: they answer `NodeReply`s. */
  readonly connect?: () => NodeConnection;
  readonly skewClock?: (skew: ClockSkew | null) => Promise<void>;
  readonly readClock?: () => Promise<ClockReading>;
  readonly cutPower?: () => Promise<PowerLoss>;
  readonly breakDisk?: (fault: DiskFault | null) => Promise<void>;
  readonly probeDisk?: () => Promise<DiskProbe>;
  readonly damageDisk?: (damage: DiskDamage | null) => Promise<string>;
  private readonly parts: DockerNodeParts;
  private readonly side: HttpConnection;
  private current: NodeState = 'stopped';
  private exit: Promise<Exit> | undefined;
  private hasExited = true;
  /** Set while the harness itself is ending the container. */
  private endIsOurs = false;
  /** Why it may end by itself. */
  private expectedEnd: string | undefined;

  constructor(parts: DockerNodeParts) {
    this.name = parts.name;
    this.address = parts.address;
    this.peerAddress = parts.peerAddress;
    this.parts = parts;
    this.side = new HttpConnection(parts.sideAddress, parts.clock);
    if (parts.plan.status === undefined) {
      this.connect = () => new HttpConnection(this.address, parts.clock);
    }
    const { disk, plan } = parts;
    if (disk !== undefined) {
      this.cutPower = () => this.losePower(disk);
      this.breakDisk = (fault) => this.breakOrMend(disk, fault);
      this.probeDisk = () => disk.probe();
      const { logFiles } = plan;
      if (logFiles !== undefined) {
        this.damageDisk = (damage) =>
          damage === null ? disk.undoDamage() : disk.damage(logFiles, damage);
      }
    }
    if (parts.nodeClock !== undefined) {
      this.skewClock = (skew) => this.skew(skew);
      this.readClock = () => this.readOwnClock();
    }
  }

  get state(): NodeState {
    return this.current;
  }

  get containerId(): string {
    return this.container.id;
  }

  /** Resolves when it listens for clients, or runs for five seconds. Throws a `NodeError` or `DockerError`. */
  async start(): Promise<void> {
    if (!this.hasExited) return;
    const { container } = this;
    const { clock } = this.parts;
    const startedAt = clock.now();
    this.endIsOurs = false;
    this.current = 'starting';
    try {
      const log = await LogCapture.open(container, this.logPath);
      await container.start();
      this.hasExited = false;
      this.exit = this.watch(log);
    } catch (error) {
      this.current = 'stopped';
      throw explain(error, `start node ${this.name}`);
    }
    await this.comeUp(startedAt);
  }

  async changeVersion(version: string): Promise<void> {
    if (!this.hasExited) throw new Error(`node ${this.name} still runs`);
    await this.parts.container.changeVersion(version);
  }

  limitMemory(bytes: number | null): Promise<void> {
    return this.parts.container.limit('memory', bytes);
  }

  limitCpu(cpus: number | null): Promise<void> {
    return this.parts.container.limit('cpu', cpus);
  }

  async resources(): Promise<Resources> {
    const { State } = await this.ask(this.container.inspect(), 'find');
    const doing = `see what node ${this.name} takes`;
    return readResources(await this.parts.helper.run(resourcesScript(State.Pid), doing));
  }

  expectEnd(reason: string | null): void {
    this.expectedEnd = reason ?? undefined;
  }

  async forget(members: readonly string[]): Promise<void> {
    if (!this.hasExited) throw new Error(`node ${this.name} still runs`);
    await this.parts.container.rejoin(members);
  }

  async kill(): Promise<void> {
    const { container } = this;
    const { helper } = this.parts;
    this.endIsOurs = true;
    if (this.current === 'paused') {
      // The engine kills no frozen container, and a thawed one would run on for a moment.
      const { State } = await this.ask(container.inspect(), 'find');
      await helper.run(`kill -9 ${State.Pid}`, `kill node ${this.name}`);
      await this.ask(container.unpause(), 'kill');
    } else if (!this.hasExited) {
      await this.ask(container.kill({ signal: 'SIGKILL' }), 'kill').catch((error: unknown) => {
        if (!this.hasExited) throw error;
      });
    }
    await this.exit;
    this.current = 'stopped';
  }

  async stop(limitMs = STOP_LIMIT_MS): Promise<Stop> {
    const { container } = this;
    const { clock } = this.parts;
    if (this.current === 'paused') await this.resume();
    this.endIsOurs = true;
    const startedAt = clock.now();
    const wasUp = !this.hasExited;
    if (wasUp) await this.ask(container.stop({ t: Math.ceil(limitMs / 1000) }), 'stop');
    const exit = await this.exit;
    this.current = 'stopped';
    if (!wasUp || exit === undefined) return ALREADY_DOWN;
    const { exitCode, signal } = exit;
    const tookMs = (clock.now() - startedAt) / 1e6;
    return { tookMs, killed: signal === 'SIGKILL', exitCode, signal };
  }

  async incarnation(): Promise<string | undefined> {
    const { State } = await this.ask(this.container.inspect(), 'look at');
    return State.Running ? `pid ${State.Pid}, begun ${State.StartedAt}` : undefined;
  }

  async pause(): Promise<void> {
    await this.ask(this.container.pause(), 'pause');
    await this.seePaused(true);
    this.current = 'paused';
  }

  async resume(): Promise<void> {
    await this.ask(this.container.unpause(), 'resume');
    await this.seePaused(false);
    this.current = 'running';
  }

  async status(timeoutMs: number): Promise<JsonObject | undefined> {
    const { plan, sideAddress } = this.parts;
    if (plan.status !== undefined) return plan.status(sideAddress, timeoutMs);
    const request = { method: 'GET', path: '/status', timeoutMs } as const;
    const reply = await this.side.send(request).catch(() => undefined);
    return reply?.status === 200 ? (reply.body as JsonObject) : undefined;
  }

  logTail(lines: number): Promise<string> {
    return readTail(this.logPath, lines);
  }

  /** Runs a command in the container, as it is and without a shell. The node must run. */
  async exec(command: readonly string[]): Promise<{ exitCode: number; output: string }> {
    const doing = `run "${command[0]}" in`;
    const options = { Cmd: [...command], AttachStdout: true, AttachStderr: true, Tty: true };
    const exec = await this.ask(this.container.exec(options), doing);
    const stream = await this.ask(exec.start({ Tty: true }), doing);
    let output = '';
    for await (const chunk of stream) output += String(chunk);
    const { ExitCode } = await this.ask(exec.inspect(), doing);
    return { exitCode: ExitCode ?? -1, output: output.replaceAll('\r\n', '\n') };
  }

  /** Puts files in, contents by absolute path; it need not run. */
  async writeFiles(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
    const archive = await packFiles(files);
    await this.ask(this.container.putArchive(archive, { path: '/' }), 'put files into');
  }

  /** Copies a file or directory out, below this directory of ours; how many files. It need not run. */
  async readFiles(path: string, directory: string): Promise<number> {
    const archive = await this.ask(this.container.getArchive({ path }), `read ${path} of`);
    return unpackInto(archive, directory);
  }

  /** Its data directory as it lies there, into `nodes/<name>/data`. */
  saveData(): Promise<number> {
    return this.readFiles(this.parts.plan.dataDirectory, join(this.parts.directory, 'data'));
  }

  /** Ends what the harness holds open towards it. */
  close(): Promise<void> {
    this.endIsOurs = true;
    return this.side.close();
  }

  /** Syncs all that it has written so far; see `Cluster.settleDisks`. */
  async settleDisk(): Promise<void> {
    const { container } = this;
    const { disk, plan } = this.parts;
    if (disk === undefined) return;
    const { State } = await this.ask(container.inspect(), 'find');
    await disk.settle(State.Pid, plan.dataDirectory);
  }

  /** One that is down has lost nothing: its disk was unmounted when it ended, and with that written. */
  private async losePower(disk: NodeDisk): Promise<PowerLoss> {
    if (this.hasExited) return { lostBytes: 0, lostFiles: 0 };
    this.endIsOurs = true;
    const { State } = await this.ask(this.container.inspect(), 'find');
    await disk.cut(State.Pid, this.parts.plan.dataDirectory);
    // A frozen one ends when it is thawed.
    if (this.current === 'paused') await this.ask(this.container.unpause(), 'kill');
    await this.exit;
    this.current = 'stopped';
    return disk.loss();
  }

  /** A full or slow disk is mended under a node that runs; from any other it is killed. */
  private async breakOrMend(disk: NodeDisk, fault: DiskFault | null): Promise<void> {
    if (disk.holdsNode) await this.kill();
    await disk.mend();
    if (fault !== null) await disk.break(fault);
  }

  /** The processes of a node that is down get it when they start. */
  private async skew(skew: ClockSkew | null): Promise<void> {
    await this.parts.nodeClock?.choose(skew);
    await this.setClock();
  }

  /** Of every process that the node has now; one that ends in the meantime is no failure. */
  private async setClock(): Promise<void> {
    const { container } = this;
    const { nodeClock } = this.parts;
    if (nodeClock === undefined || !nodeClock.isTouched || this.hasExited) return;
    try {
      const { State } = await this.ask(container.inspect(), 'find');
      if (State.Pid > 0) await nodeClock.apply(State.Pid);
    } catch (error) {
      const { State } = await this.ask(container.inspect(), 'find');
      if (State.Running) throw error;
    }
  }

  private readOwnClock(): Promise<ClockReading> {
    const { plan, sideAddress, clock } = this.parts;
    if (plan.readClock !== undefined) {
      const logTail = (lines: number): Promise<string> => this.logTail(lines);
      return plan.readClock({ address: sideAddress, logTail }, CLOCK_LIMIT_MS);
    }
    return clockInStatus(this.name, () => this.status(CLOCK_LIMIT_MS), clock);
  }

  private get container(): Docker.Container {
    return this.parts.container.now;
  }

  private get logPath(): string {
    return join(this.parts.directory, 'node.log');
  }

  private async ask<T>(answer: Promise<T>, doing: string): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw explain(error, `${doing} node ${this.name}`);
    }
  }

  private async seePaused(paused: boolean): Promise<void> {
    const { State } = await this.ask(this.container.inspect(), 'look at');
    if (State.Paused === paused && State.Running) return;
    const detail = `the engine says that it is ${State.Status}`;
    throw await this.failure('did not obey a signal', this.parts.clock.now(), { detail });
  }

  private async comeUp(startedAt: number): Promise<void> {
    const { clock, sideAddress, behindProxy } = this.parts;
    const holdMs = behindProxy ? PROXY_HOLD_MS : 0;
    const end = startedAt + LISTEN_LIMIT_MS * 1e6;
    // Again and again: a start script becomes the server only after a while, with clocks like new.
    await this.setClock();
    while (!this.hasExited && clock.now() < end && !(await listens(sideAddress, clock, holdMs))) {
      await clock.sleep(LISTEN_POLL_MS);
      await this.setClock();
    }
    await this.setClock();
    if (this.hasExited && !this.endIsOurs) {
      throw await this.failure('ended before it was up', startedAt, (await this.exit) ?? {});
    }
    if (this.current === 'starting') this.current = 'running';
  }

  /** From the start of the container to its end, however that comes. */
  private async watch(log: LogCapture): Promise<Exit> {
    const exit = await this.seeEnd();
    await Promise.race([log.ended, this.parts.clock.sleep(LOG_LIMIT_MS)]);
    this.hasExited = true;
    if (!this.endIsOurs) await this.crashed(exit);
    return exit;
  }

  private async seeEnd(): Promise<Exit> {
    const { container } = this;
    try {
      const { StatusCode } = (await container.wait()) as { StatusCode: number };
      const state = await container.inspect().catch(() => undefined);
      const note = state?.State.OOMKilled ? 'it used more memory than it may' : undefined;
      return { ...readStatus(StatusCode), note };
    } catch (error) {
      return {
        exitCode: null,
        signal: null,
        note: explain(error, `watch node ${this.name}`).message,
      };
    }
  }

  private async crashed({ exitCode, signal, note }: Exit): Promise<void> {
    const wasUp = this.current !== 'starting';
    this.current = 'crashed';
    if (!wasUp) return;
    const disk = this.parts.disk?.excuse;
    const lines = [await this.logTail(LOG_LINES), ...(note === undefined ? [] : [`(${note})`])];
    const time = this.parts.clock.now();
    const logTail = lines.join('\n');
    const expected = this.expectedEnd;
    this.parts.onCrash({ node: this.name, time, exitCode, signal, logTail, disk, expected });
  }

  private async failure(
    problem: NodeProblem,
    startedAt: number,
    { note, ...more }: Partial<Exit> & { detail?: string },
  ): Promise<NodeError> {
    const elapsedMs = (this.parts.clock.now() - startedAt) / 1e6;
    const logTail = await this.logTail(LOG_LINES);
    const detail = more.detail ?? note;
    return new NodeError({ node: this.name, problem, elapsedMs, logTail, ...more, detail });
  }
}

/** A shell's convention, which the engine follows: above 128 it was a signal. */
function readStatus(status: number): { exitCode: number | null; signal: string | null } {
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128);
  return signal ? { exitCode: null, signal: signal[0] } : { exitCode: status, signal: null };
}
