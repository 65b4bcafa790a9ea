import type { ClockSkew } from '../../contracts/cluster.js';
import type { Clock, Timer } from '../../environment/environment.js';

/** How fast a node's oscillator runs against true time, and what its wall clock was set to at the start. */
export interface Oscillator {
  driftPpm: number;
  wallOffsetMs: number;
}

/** A node's clocks: its own oscillator under both, and a skew of the wall clock that a fault may add. */
export class NodeTime {
  readonly rate: number;
  private skew: ClockSkew = { offsetMs: 0, driftPpm: 0 };
  private skewedSinceNs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly oscillator: Oscillator,
  ) {
    this.rate = 1 + oscillator.driftPpm / 1e6;
  }

  /** Nanoseconds on its monotonic clock. */
  now(): number {
    return this.clock.now() * this.rate;
  }

  wallMs(): number {
    const now = this.clock.now();
    const drifted = ((now - this.skewedSinceNs) / 1e6) * (this.skew.driftPpm / 1e6);
    const trueMs = this.clock.wallMs() + (now / 1e6) * (this.rate - 1);
    return Math.floor(trueMs + this.oscillator.wallOffsetMs + this.skew.offsetMs + drifted);
  }

  setSkew(skew: ClockSkew | null): void {
    this.skew = skew ?? { offsetMs: 0, driftPpm: 0 };
    this.skewedSinceNs = this.clock.now();
  }
}

interface ProcessTimer {
  action: () => void;
  timer: Timer;
}

/**
 * One life of a node, from its start to its kill: the clock that its host is given, and the gate that
 * everything passes which reaches it from outside. While it is paused all of that waits; when it goes on,
 * timers that have run out come before what arrived, as in libuv's loop. After its end nothing comes.
 */
export class SimulatedProcess implements Clock {
  private state: 'running' | 'paused' | 'ended' = 'running';
  private readonly overdue: ProcessTimer[] = [];
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly quiet: Clock,
    private readonly time: NodeTime,
  ) {}

  now(): number {
    return this.time.now();
  }

  wallMs(): number {
    return this.time.wallMs();
  }

  setTimer(action: () => void, delayMs: number): Timer {
    const timer = this.quiet.setTimer(() => this.fire(entry), delayMs / this.time.rate);
    const entry: ProcessTimer = { action, timer };
    return entry;
  }

  clearTimer(timer: Timer): void {
    const entry = timer as ProcessTimer;
    entry.action = () => undefined;
    this.quiet.clearTimer(entry.timer);
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.setTimer(resolve, delayMs));
  }

  /** Lets something in from outside: now, after the pause, or never. */
  enter(action: () => void): void {
    if (this.state === 'running') action();
    else if (this.state === 'paused') this.waiting.push(action);
  }

  pause(): void {
    if (this.state === 'running') this.state = 'paused';
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.state = 'running';
    for (const entry of this.overdue.splice(0)) this.fire(entry);
    for (const action of this.waiting.splice(0)) this.enter(action);
  }

  end(): void {
    this.state = 'ended';
  }

  private fire(entry: ProcessTimer): void {
    if (this.state === 'running') entry.action();
    else if (this.state === 'paused') this.overdue.push(entry);
  }
}
