import {
  ALREADY_DOWN,
  type NodeState,
  type ProcessFacet,
  type Stop,
  STOP_LIMIT_MS,
  type SuspensionFacet,
} from '../../harness/contracts/cluster.js';
import { NodeError } from '../../harness/contracts/node-error.js';
import { elapsedMs } from '../../harness/environment/elapsed.js';
import type { Random } from '../../harness/environment/random.js';
import type { VirtualClock } from '../../harness/environment/virtual.js';
import { drawBootMs } from './hardware.js';
import type { Life } from './life.js';
import type { NodeLog } from './node-log.js';

/** So much of its log is said of a node that ended. */
export const TAIL_LINES = 20;

/** What it takes to start and end a node. */
export interface NodeControlParts {
  name: string;
  clock: VirtualClock;
  /** For how long each start takes. */
  random: Random;
  log: NodeLog;
  /** A new life; they count from 0. */
  begin: (life: number) => Life;
}

/** Starts, freezes and ends a node: one life after the other. */
export class NodeControl implements ProcessFacet, SuspensionFacet {
  private current: NodeState = 'stopped';
  private life: Life | undefined;
  private lives = 0;
  private expectedEnd: string | undefined;

  constructor(private readonly parts: NodeControlParts) {}

  get state(): NodeState {
    return this.current;
  }

  /** Undefined where none is lived, or where it does not serve yet. */
  get servingLife(): Life | undefined {
    return this.life?.isReady === true ? this.life : undefined;
  }

  /** Undefined for a node that is down. */
  get currentLife(): Life | undefined {
    return this.life;
  }

  /** Why it may end by itself. */
  get expected(): string | undefined {
    return this.expectedEnd;
  }

  async start(): Promise<void> {
    if (this.life) return;
    const { begin, clock, random } = this.parts;
    const startedAt = clock.now();
    this.current = 'starting';
    const life = (this.life = begin(this.lives++));
    await life.boot(drawBootMs(random));
    if (this.life === life) {
      if (this.state === 'starting') this.current = 'running';
    } else if (this.state === 'crashed') throw this.endedEarly(startedAt);
  }

  async kill(): Promise<void> {
    this.end('stopped');
  }

  /** As the process of such a host does it: what it has written is synced first, while it goes on serving. */
  async stop(limitMs = STOP_LIMIT_MS): Promise<Stop> {
    const { life } = this;
    const { clock } = this.parts;
    if (life === undefined) {
      this.current = 'stopped';
      return ALREADY_DOWN;
    }
    if (this.current === 'paused') await this.resume();
    const startedAt = clock.now();
    const killed = !(await life.flush(limitMs));
    this.end('stopped');
    const tookMs = elapsedMs(clock, startedAt);
    if (killed) return { tookMs, killed, exitCode: null, signal: 'SIGKILL' };
    return { tookMs, killed, exitCode: 0, signal: null };
  }

  async incarnation(): Promise<string | undefined> {
    return this.life && `life ${this.lives}`;
  }

  expectEnd(reason: string | null): void {
    this.expectedEnd = reason ?? undefined;
  }

  async pause(): Promise<void> {
    this.life?.pause();
    if (this.life) this.current = 'paused';
  }

  async resume(): Promise<void> {
    if (this.life) this.current = 'running';
    this.life?.resume();
  }

  /** At once, whoever waits for something of it. */
  end(state: NodeState): void {
    const { life } = this;
    this.current = state;
    this.life = undefined;
    life?.end();
  }

  private endedEarly(startedAt: number): NodeError {
    const { clock, log, name } = this.parts;
    return new NodeError({
      node: name,
      problem: 'ended before it was up',
      elapsedMs: elapsedMs(clock, startedAt),
      logTail: log.tail(TAIL_LINES),
    });
  }
}
