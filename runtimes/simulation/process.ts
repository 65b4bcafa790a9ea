import type { ClockSkew } from '../../harness/contracts/cluster.js';
import type { FileStore } from '../../harness/contracts/file-store.js';
import type { Clock, Timer } from '../../harness/environment/environment.js';
import { SkewedTime } from '../../harness/machine/skewed-time.js';

/** How fast a node's oscillator runs against true time, and what its wall clock was set to at the start. */
export interface Oscillator {
  driftPpm: number;
  wallOffsetMs: number;
}

/** A node's clocks: its own oscillator under both, and the skew that a fault may add. */
export class NodeTime {
  private readonly oscillatorRate: number;
  private readonly skewed: SkewedTime;

  constructor(clock: Clock, { driftPpm, wallOffsetMs }: Oscillator) {
    const rate = (this.oscillatorRate = 1 + driftPpm / 1e6);
    this.skewed = new SkewedTime({
      now: () => clock.now() * rate,
      wallMs: () => clock.wallMs() + (clock.now() / 1e6) * (rate - 1) + wallOffsetMs,
    });
  }

  /** How fast its monotonic clock runs against true time. */
  get rate(): number {
    return this.oscillatorRate * this.skewed.rate;
  }

  /** Nanoseconds on its monotonic clock. */
  now(): number {
    return this.skewed.now();
  }

  wallMs(): number {
    return this.skewed.wallMs();
  }

  setSkew(skew: ClockSkew | null): void {
    this.skewed.set(skew);
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

/** The disk as one life of a node sees it: a sync that ends after its death has nobody to tell. */
export function throughGate(disk: FileStore, process: SimulatedProcess): FileStore {
  return {
    list: () => disk.list(),
    read: (name) => disk.read(name),
    append: (name, bytes) => disk.append(name, bytes),
    truncate: (name, length) => disk.truncate(name, length),
    rename: (from, to) => disk.rename(from, to),
    remove: (name) => disk.remove(name),
    sync: (name, done) => disk.sync(name, (error) => process.enter(() => done(error))),
    syncDirectory: (done) => disk.syncDirectory((error) => process.enter(() => done(error))),
  };
}
