import { join } from 'node:path';
import {
  ALREADY_DOWN,
  type Crash,
  type NodeState,
  type ProcessFacet,
  type Stop,
  STOP_LIMIT_MS,
  type SuspensionFacet,
} from '../../../harness/contracts/cluster.js';
import type { Clock } from '../../../harness/environment/environment.js';
import type { NetworkAddress } from '../../../harness/network/address.js';
import { NodeError, type NodeProblem } from '../../../harness/contracts/node-error.js';
import { readTail } from '../../common/log-file.js';
import type { NodeClock } from '../clock/node-clock.js';
import { type Exit, seeEnd } from './container-end.js';
import type { NodeDisk } from '../disks/node-disk.js';
import { explain } from '../engine/errors.js';
import { listens } from '../../../harness/network/listens.js';
import { poll } from '../../../harness/environment/poll.js';
import { elapsedMs } from '../../../harness/environment/elapsed.js';
import { LogCapture } from './log-capture.js';
import type { Helper } from '../network/helper.js';
import type { NodeContainer } from './node-container.js';

/** How long a start waits for the node to listen; a slower one is left to the wait for readiness. */
const LISTEN_LIMIT_MS = 5_000;
const LISTEN_POLL_MS = 20;
/** Docker's proxy accepts first, and closes when it finds nobody behind it. */
const PROXY_HOLD_MS = 100;
/** After its end a container's last lines are on their way; on a broken connection they never come. */
const LOG_LIMIT_MS = 1_000;
const LOG_LINES = 20;

/** What it takes to start and end a node. */
export interface NodeControlParts {
  name: string;
  /** `nodes/<name>` in the run's folder. */
  directory: string;
  container: NodeContainer;
  /** Of its own, where somebody may cut its power. */
  disk?: NodeDisk;
  /** Where it is asked for its status: no fault applies there. */
  sideAddress: NetworkAddress;
  /** Whether the engine may accept connections in its place, as it does for published ports. */
  behindProxy: boolean;
  helper: Helper;
  clock: Clock;
  /** Where this machine can skew clocks. */
  nodeClock?: NodeClock;
  onCrash: (crash: Crash) => void;
}

/** Starts, freezes and ends a node's container, sees that it is so, and tells of an end that nobody asked for. */
export class NodeControl implements ProcessFacet, SuspensionFacet {
  private readonly parts: NodeControlParts;
  private current: NodeState = 'stopped';
  private exit: Promise<Exit> | undefined;
  private hasExited = true;
  /** Set while the harness itself is ending the container. */
  private endIsOurs = false;
  /** Why it may end by itself. */
  private expectedEnd: string | undefined;

  constructor(parts: NodeControlParts) {
    this.parts = parts;
  }

  get state(): NodeState {
    return this.current;
  }

  get isDown(): boolean {
    return this.hasExited;
  }

  /** What changes a container's making waits for its node to be down. */
  requireDown(): void {
    if (!this.hasExited) throw new Error(`node ${this.parts.name} still runs`);
  }

  /** Resolves when it listens for clients, or runs for five seconds. Throws a `NodeError` or `DockerError`. */
  async start(): Promise<void> {
    if (!this.hasExited) return;
    const { container, clock, name } = this.parts;
    const startedAt = clock.now();
    this.endIsOurs = false;
    this.current = 'starting';
    try {
      const log = await LogCapture.open(container.now, this.logPath);
      await container.now.start();
      this.hasExited = false;
      this.exit = this.watch(log);
    } catch (error) {
      this.current = 'stopped';
      throw explain(error, `start node ${name}`);
    }
    await this.comeUp(startedAt);
  }

  async kill(): Promise<void> {
    const { container, helper, name } = this.parts;
    if (this.current === 'paused') {
      // The engine kills no frozen container, and a thawed one would run on for a moment.
      return this.endBy((pid) => helper.run(`kill -9 ${pid}`, `kill node ${name}`));
    }
    this.endIsOurs = true;
    if (!this.hasExited) {
      const killed = container.ask('kill', (now) => now.kill({ signal: 'SIGKILL' }));
      await killed.catch((error: unknown) => {
        if (!this.hasExited) throw error;
      });
    }
    await this.seenGone();
  }

  /** For one that is up: `end` does something to the process with this pid, a frozen one too, that ends it. */
  async endBy(end: (pid: number) => Promise<unknown>): Promise<void> {
    const { container } = this.parts;
    this.endIsOurs = true;
    const { Pid } = await container.look('find');
    await end(Pid);
    // A frozen one ends when it is thawed.
    if (this.current === 'paused') await container.ask('kill', (now) => now.unpause());
    await this.seenGone();
  }

  async stop(limitMs = STOP_LIMIT_MS): Promise<Stop> {
    const { container, clock } = this.parts;
    if (this.current === 'paused') await this.resume();
    this.endIsOurs = true;
    const startedAt = clock.now();
    const wasUp = !this.hasExited;
    const t = Math.ceil(limitMs / 1000);
    if (wasUp) await container.ask('stop', (now) => now.stop({ t }));
    const exit = await this.seenGone();
    if (!wasUp || exit === undefined) return ALREADY_DOWN;
    const { exitCode, signal } = exit;
    const tookMs = elapsedMs(clock, startedAt);
    return { tookMs, killed: signal === 'SIGKILL', exitCode, signal };
  }

  async pause(): Promise<void> {
    await this.parts.container.ask('pause', (now) => now.pause());
    await this.seePaused(true);
    this.current = 'paused';
  }

  async resume(): Promise<void> {
    await this.parts.container.ask('resume', (now) => now.unpause());
    await this.seePaused(false);
    this.current = 'running';
  }

  async incarnation(): Promise<string | undefined> {
    const { Running, Pid, StartedAt } = await this.parts.container.look();
    return Running ? `pid ${Pid}, begun ${StartedAt}` : undefined;
  }

  /** The clock that was chosen, for every process that it has now; those of one that is down get it at the start. */
  async setClock(): Promise<void> {
    const { container, nodeClock } = this.parts;
    if (!this.hasExited) await nodeClock?.apply(() => container.look('find'));
  }

  expectEnd(reason: string | null): void {
    this.expectedEnd = reason ?? undefined;
  }

  /** Nobody is to be told of its end any more. */
  letGo(): void {
    this.endIsOurs = true;
  }

  logTail(lines: number): Promise<string> {
    return readTail(this.logPath, lines);
  }

  private get logPath(): string {
    return join(this.parts.directory, 'node.log');
  }

  private async seenGone(): Promise<Exit | undefined> {
    const exit = await this.exit;
    this.current = 'stopped';
    return exit;
  }

  private async seePaused(paused: boolean): Promise<void> {
    const { container, clock } = this.parts;
    const { Paused, Running, Status } = await container.look();
    if (Paused === paused && Running) return;
    const detail = `the engine says that it is ${Status}`;
    throw await this.failure('did not obey a signal', clock.now(), { detail });
  }

  private async comeUp(startedAt: number): Promise<void> {
    const { clock, sideAddress, behindProxy } = this.parts;
    const holdMs = behindProxy ? PROXY_HOLD_MS : 0;
    const limitMs = LISTEN_LIMIT_MS - elapsedMs(clock, startedAt);
    await poll(clock, { everyMs: LISTEN_POLL_MS, limitMs }, async () => {
      // Again and again: a start script becomes the server only after a while, with clocks like new.
      await this.setClock();
      return this.hasExited || (await listens(sideAddress, clock, holdMs)) || undefined;
    });
    await this.setClock();
    if (this.hasExited && !this.endIsOurs) {
      throw await this.failure('ended before it was up', startedAt, (await this.exit) ?? {});
    }
    if (this.current === 'starting') this.current = 'running';
  }

  /** From the start of the container to its end, however that comes. */
  private async watch(log: LogCapture): Promise<Exit> {
    const { container, clock, name } = this.parts;
    const exit = await seeEnd(container.now, name);
    await Promise.race([log.ended, clock.sleep(LOG_LIMIT_MS)]);
    this.hasExited = true;
    if (!this.endIsOurs) await this.crashed(exit);
    return exit;
  }

  private async crashed({ exitCode, signal, note }: Exit): Promise<void> {
    const wasUp = this.current !== 'starting';
    this.current = 'crashed';
    if (!wasUp) return;
    const { name, disk, clock, onCrash } = this.parts;
    const excuse = disk?.excuse;
    const lines = [await this.logTail(LOG_LINES), ...(note === undefined ? [] : [`(${note})`])];
    const time = clock.now();
    const expected = this.expectedEnd;
    onCrash({
      node: name,
      time,
      exitCode,
      signal,
      logTail: lines.join('\n'),
      disk: excuse,
      expected,
    });
  }

  private async failure(
    problem: NodeProblem,
    startedAt: number,
    { note, ...more }: Partial<Exit> & { detail?: string },
  ): Promise<NodeError> {
    const { name, clock } = this.parts;
    return new NodeError({
      node: name,
      problem,
      elapsedMs: elapsedMs(clock, startedAt),
      logTail: await this.logTail(LOG_LINES),
      ...more,
      detail: more.detail ?? note,
    });
  }
}
