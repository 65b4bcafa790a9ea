import { mkdir } from 'node:fs/promises';
import {
  ALREADY_DOWN,
  type NodeState,
  type ProcessFacet,
  type Stop,
  STOP_LIMIT_MS,
  type SuspensionFacet,
} from '../../harness/contracts/cluster.js';
import { NodeError, type NodeProblem } from '../../harness/contracts/node-error.js';
import type { NodeCommand } from '../../harness/contracts/starts/node-setup.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { NetworkAddress } from '../../harness/network/address.js';
import { listens } from '../../harness/network/listens.js';
import { poll } from '../../harness/environment/poll.js';
import { elapsedMs } from '../../harness/environment/elapsed.js';
import { readTail } from '../common/log-file.js';
import { processFacts } from '../common/process-table.js';
import { type Exit, NodeProcess } from './child.js';
import { isFree } from './ports.js';
import type { Warden } from './warden-handle.js';

/** How long a node may take from its start until it listens: a loaded machine, a long log to recover. */
const START_LIMIT_MS = 20_000;
const LISTEN_POLL_MS = 15;
const SIGNAL_LIMIT_MS = 5_000;
const LOG_LINES = 20;
/** What the host of our own nodes ends with where it cannot listen. */
const EXIT_PORT_IN_USE = 98;

/** What it takes to start and end a node. */
export interface NodeControlParts {
  name: string;
  dataDirectory: string;
  logPath: string;
  /** Where it really listens for clients: known to the harness alone. */
  realAddress: NetworkAddress;
  peerPort: number;
  clock: Clock;
  warden: Warden;
  /** What is to be started now. */
  command: () => NodeCommand;
  /** Told of an end that nobody asked for; `expected` is why it was allowed. */
  onCrash: (exit: Exit, expected: string | undefined) => Promise<void>;
  /** Called when it was asked to end and is gone. */
  onStopped: () => Promise<void>;
}

/** Starts, freezes and ends a node's process, sees that it is so, and tells of an end that nobody asked for. */
export class NodeControl implements ProcessFacet, SuspensionFacet {
  private child: NodeProcess | undefined;
  private current: NodeState = 'stopped';
  /** Set while the harness itself is ending the process. */
  private endIsOurs = false;
  /** Why it may end by itself. */
  private expectedEnd: string | undefined;

  constructor(private readonly parts: NodeControlParts) {}

  get state(): NodeState {
    return this.current;
  }

  /** The pid of its process; undefined where none runs. */
  get pid(): number | undefined {
    return this.child?.exit === undefined ? this.child?.pid : undefined;
  }

  /** Resolves when it listens for clients. Throws a `NodeError`. */
  async start(): Promise<void> {
    if (this.pid !== undefined) return;
    const { clock, command, dataDirectory, logPath, warden } = this.parts;
    const startedAt = clock.now();
    await mkdir(dataDirectory, { recursive: true });
    await this.checkPorts(startedAt);
    this.endIsOurs = false;
    this.current = 'starting';
    let child: NodeProcess;
    try {
      child = await NodeProcess.start(command(), logPath, warden);
    } catch (error) {
      this.current = 'stopped';
      const detail = error instanceof Error ? error.message : String(error);
      throw await this.failure('could not be started', startedAt, { detail });
    }
    this.child = child;
    void child.exited.then((exit) => this.ended(child, exit));
    await this.comeUp(child, startedAt);
  }

  async kill(): Promise<void> {
    this.endIsOurs = true;
    this.child?.send('SIGKILL');
    await this.child?.exited;
    this.current = 'stopped';
  }

  async stop(limitMs = STOP_LIMIT_MS): Promise<Stop> {
    const stop = await this.askToEnd(limitMs);
    this.current = 'stopped';
    await this.parts.onStopped();
    return stop;
  }

  incarnation(): Promise<string | undefined> {
    const { pid } = this;
    const facts = pid === undefined ? undefined : processFacts(pid);
    return Promise.resolve(facts && `pid ${pid}, begun at ${facts.startTime}`);
  }

  expectEnd(reason: string | null): void {
    this.expectedEnd = reason ?? undefined;
  }

  async pause(): Promise<void> {
    await this.signalAndSee('SIGSTOP', true);
    this.current = 'paused';
  }

  async resume(): Promise<void> {
    await this.signalAndSee('SIGCONT', false);
    this.current = 'running';
  }

  private async askToEnd(limitMs: number): Promise<Stop> {
    const { child } = this;
    if (child === undefined || this.pid === undefined) return ALREADY_DOWN;
    const { clock } = this.parts;
    const startedAt = clock.now();
    this.endIsOurs = true;
    child.send('SIGTERM');
    child.send('SIGCONT');
    const exit = await child.exitWithin(limitMs, clock);
    await this.kill();
    const tookMs = elapsedMs(clock, startedAt);
    if (exit !== undefined) return { tookMs, killed: false, ...exit };
    return { tookMs, killed: true, exitCode: null, signal: 'SIGKILL' };
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
    await poll(clock, { everyMs: LISTEN_POLL_MS }, async () => {
      if (child.exit !== undefined || (await listens(realAddress, clock, 0))) return true;
      if (elapsedMs(clock, startedAt) <= START_LIMIT_MS) return undefined;
      await this.kill();
      throw await this.failure('did not come up', startedAt, {});
    });
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
    const { clock, logPath, name } = this.parts;
    return new NodeError({
      node: name,
      problem,
      elapsedMs: elapsedMs(clock, startedAt),
      logTail: await readTail(logPath, LOG_LINES),
      ...more,
    });
  }

  private async ended(child: NodeProcess, exit: Exit): Promise<void> {
    if (this.child !== child || this.endIsOurs) return;
    this.current = 'crashed';
    await this.parts.onCrash(exit, this.expectedEnd);
  }

  private async signalAndSee(signal: 'SIGSTOP' | 'SIGCONT', stopped: boolean): Promise<void> {
    const startedAt = this.parts.clock.now();
    this.child?.send(signal);
    if (await this.child?.seenStopped(stopped, this.parts.clock, SIGNAL_LIMIT_MS)) return;
    const exit = this.child?.exit ?? {};
    throw await this.failure('did not obey a signal', startedAt, { ...exit, detail: signal });
  }
}
