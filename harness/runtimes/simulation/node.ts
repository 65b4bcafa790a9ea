import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
  type Stop,
  STOP_LIMIT_MS,
} from '../../contracts/cluster.js';
import type { FileStore } from '../../contracts/file-store.js';
import type { HaltKind, HostKit, ProgramHost } from '../../contracts/program-host.js';
import type { Program } from '../../contracts/program.js';
import type { Random } from '../../environment/random.js';
import type { VirtualClock } from '../../environment/virtual.js';
import type { JsonObject, JsonValue } from '../../json.js';
import { diskExcuse } from '../damage.js';
import { NodeError } from '../node-error.js';
import { type RequestOutcome, SimulatedConnection } from './connection.js';
import { SimulatedDisk } from './disk.js';
import type { SimulatedNetwork } from './network.js';
import { NodeTime, SimulatedProcess } from './process.js';

/** From the start of a process until it reads its log. */
const BOOT_MS = 30;
const BOOT_SPREAD_MS = 120;
/** A sync on a solid-state disk: some tenths of a millisecond, now and then much longer. */
const SYNC_MS = 0.15;
const SYNC_MEAN_EXTRA_MS = 0.25;
const SLOW_SYNC_SHARE = 0.005;
const SLOW_SYNC_MEAN_MS = 15;
/** Oscillators of servers keep to some tens of parts in a million; time services to some milliseconds. */
const MAX_DRIFT_PPM = 40;
const MAX_WALL_OFFSET_MS = 20;
const LOG_LINES_KEPT = 200;

/** What a node needs of its surroundings. */
export interface SimulatedNodeParts {
  name: string;
  index: number;
  clock: VirtualClock;
  network: SimulatedNetwork;
  random: Random;
  hosts: HostKit;
  /** A program for one life of the node; `life` counts from 0. */
  createProgram: (life: number) => Program;
  durability: string;
  /** `nodes/<name>` in the run's folder; undefined where nothing is to be kept. */
  directory: string | undefined;
  deliver: (to: string, message: JsonValue) => void;
  onCrash: (crash: Crash) => void;
  onPowerCut: () => void;
  onDiskDamage: () => void;
}

/** A life of the node: its process and who runs in it. */
interface Life {
  process: SimulatedProcess;
  host: ProgramHost;
  isReady: boolean;
  /** Requests without an answer: their clients see the connection break when the process ends. */
  open: Set<RequestOutcome>;
}

/** A node in virtual time: its program on a host, a disk and clocks of its own. */
export class SimulatedNode implements ClusterNode {
  readonly name: string;
  readonly address: { host: string; port: number };
  private readonly parts: SimulatedNodeParts;
  private readonly disk: SimulatedDisk;
  private readonly time: NodeTime;
  private readonly dice: Random;
  private readonly log: string[] = [];
  private current: NodeState = 'stopped';
  private life: Life | undefined;
  private lives = 0;
  private diskFault: DiskFault | null = null;
  private isDamaged = false;

  constructor(parts: SimulatedNodeParts) {
    const { name, index, clock, random } = parts;
    this.name = name;
    this.parts = parts;
    // There is no such address: it only tells nodes apart in reports.
    this.address = { host: '0.0.0.0', port: index + 1 };
    this.dice = random.fork('node');
    this.time = new NodeTime(clock, {
      driftPpm: MAX_DRIFT_PPM * (2 * this.dice.next() - 1),
      wallOffsetMs: MAX_WALL_OFFSET_MS * (2 * this.dice.next() - 1),
    });
    this.disk = new SimulatedDisk(random.fork('disk'), (end, extraMs) => {
      clock.quiet.setTimer(end, this.syncMs() + extraMs);
    });
  }

  get state(): NodeState {
    return this.current;
  }

  async start(): Promise<void> {
    if (this.life) return;
    const { clock } = this.parts;
    const startedAt = clock.now();
    this.current = 'starting';
    const life = this.begin();
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        clock.touch();
        resolve();
      };
      const boot = BOOT_MS + BOOT_SPREAD_MS * this.dice.next();
      life.process.setTimer(() => {
        life.host.start(() => {
          life.isReady = true;
          settle();
        });
        if (this.life !== life) settle();
      }, boot);
      this.onEnd = settle;
    });
    this.onEnd = undefined;
    if (this.life === life) {
      if (this.state === 'starting') this.current = 'running';
    } else if (this.state === 'crashed') throw this.endedEarly(startedAt);
  }

  kill(): Promise<void> {
    this.end('stopped');
    return Promise.resolve();
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
    const killed = !(await this.flushed(life, limitMs));
    this.end('stopped');
    const tookMs = (clock.now() - startedAt) / 1e6;
    if (killed) return { tookMs, killed, exitCode: null, signal: 'SIGKILL' };
    return { tookMs, killed, exitCode: 0, signal: null };
  }

  incarnation(): Promise<string | undefined> {
    return Promise.resolve(this.life && `life ${this.lives}`);
  }

  cutPower(): Promise<PowerLoss> {
    this.end('stopped');
    this.parts.onPowerCut();
    return Promise.resolve(this.disk.losePower());
  }

  pause(): Promise<void> {
    this.life?.process.pause();
    if (this.life) this.current = 'paused';
    return Promise.resolve();
  }

  resume(): Promise<void> {
    if (this.life) this.current = 'running';
    this.life?.process.resume();
    return Promise.resolve();
  }

  skewClock(skew: ClockSkew | null): Promise<void> {
    this.time.setSkew(skew);
    return Promise.resolve();
  }

  readClock(): Promise<ClockReading> {
    const now = this.parts.clock.wallMs();
    return Promise.resolve({ wallMs: this.time.wallMs(), fromMs: now, untilMs: now });
  }

  breakDisk(fault: DiskFault | null): Promise<void> {
    this.disk.break(fault);
    this.diskFault = fault;
    return Promise.resolve();
  }

  async probeDisk(): Promise<DiskProbe> {
    const { clock } = this.parts;
    const start = clock.now();
    const refusal = await new Promise<DiskProbe['refusal']>((resolve) => {
      this.disk.probe((code) => {
        clock.touch();
        resolve(code);
      });
    });
    return { refusal, tookMs: (clock.now() - start) / 1e6 };
  }

  damageDisk(damage: DiskDamage | null): Promise<string> {
    this.isDamaged = damage !== null;
    if (damage === null) return Promise.resolve(this.disk.undoDamage());
    this.parts.onDiskDamage();
    return Promise.resolve(this.disk.damage(damage));
  }

  connect(): NodeConnection {
    const { clock, network } = this.parts;
    return new SimulatedConnection(this.name, clock, network, (path, body, outcome) =>
      this.takeRequest(path, body, outcome),
    );
  }

  async status(timeoutMs: number): Promise<JsonObject | undefined> {
    if (this.current === 'paused') await this.parts.clock.sleep(timeoutMs);
    return this.life?.isReady === true && this.current === 'running'
      ? this.life.host.status()
      : undefined;
  }

  /** A message of a peer's that has arrived at this machine. */
  receive(from: string, message: JsonValue): void {
    const { life } = this;
    life?.process.enter(() => life.host.receive(from, message));
  }

  saveData(): Promise<number> {
    const { directory } = this.parts;
    if (directory === undefined) return Promise.resolve(0);
    const data = join(directory, 'data');
    mkdirSync(data, { recursive: true });
    for (const name of this.disk.list()) writeFileSync(join(data, name), this.disk.read(name));
    return Promise.resolve(this.disk.list().length);
  }

  logTail(lines: number): Promise<string> {
    return Promise.resolve(this.log.slice(-lines).join('\n'));
  }

  /** Writes what is left of its log into the run's folder, where there is one. */
  saveLog(): void {
    const { directory } = this.parts;
    if (directory === undefined) return;
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'node.log'), this.log.map((line) => `${line}\n`).join(''));
  }

  /** Called when the process ends, for whoever waits for it to come up. */
  private onEnd: (() => void) | undefined;

  private begin(): Life {
    const { clock, hosts, createProgram, durability, deliver } = this.parts;
    const process = new SimulatedProcess(clock.quiet, this.time);
    const host = hosts.create({
      program: createProgram(this.lives++),
      clock: process,
      files: throughGate(this.disk, process),
      transport: { send: deliver },
      durability,
      log: (line) => this.say(line),
      onHalt: (kind, reason) => this.halted(kind, reason),
    });
    this.life = { process, host, isReady: false, open: new Set() };
    return this.life;
  }

  /** False where it takes too long. One that ends meanwhile has nothing left to do. */
  private async flushed(life: Life, limitMs: number): Promise<boolean> {
    const { clock } = this.parts;
    return new Promise((resolve) => {
      const settle = (inTime: boolean): void => {
        clock.quiet.clearTimer(timer);
        this.onEnd = undefined;
        clock.touch();
        resolve(inTime);
      };
      const timer = clock.quiet.setTimer(() => settle(false), limitMs);
      this.onEnd = () => settle(true);
      life.process.enter(() => life.host.flush(() => life.process.enter(() => settle(true))));
    });
  }

  private takeRequest(path: string, body: JsonValue, outcome: RequestOutcome): () => void {
    const { life } = this;
    let forget: (() => void) | undefined;
    if (life?.isReady !== true) {
      outcome.refused();
      return () => undefined;
    }
    life.open.add(outcome);
    life.process.enter(() => {
      if (!life.open.has(outcome)) return;
      forget = life.host.request(path, body, (status, answer) => {
        if (life.open.delete(outcome)) outcome.reply({ status, body: answer });
      });
    });
    return () => {
      if (life.open.delete(outcome)) forget?.();
    };
  }

  private halted(kind: HaltKind, reason: string): void {
    const { clock, hosts, onCrash } = this.parts;
    this.say(`halt: ${reason}`);
    this.end('crashed');
    const logTail = this.log.slice(-20).join('\n');
    clock.touch();
    onCrash({
      node: this.name,
      time: clock.now(),
      exitCode: hosts.exitCodes[kind],
      signal: null,
      logTail,
      disk: diskExcuse(this.diskFault, this.isDamaged),
    });
  }

  private end(state: NodeState): void {
    const { life } = this;
    this.current = state;
    this.life = undefined;
    if (!life) return;
    life.process.end();
    for (const outcome of life.open) outcome.reset();
    life.open.clear();
    this.onEnd?.();
  }

  private endedEarly(startedAt: number): NodeError {
    const elapsedMs = (this.parts.clock.now() - startedAt) / 1e6;
    const logTail = this.log.slice(-20).join('\n');
    return new NodeError({
      node: this.name,
      problem: 'ended before it was up',
      elapsedMs,
      logTail,
    });
  }

  private say(line: string): void {
    this.log.push(`[${(this.parts.clock.now() / 1e9).toFixed(6)} s] ${line}`);
    if (this.log.length > 2 * LOG_LINES_KEPT) this.log.splice(0, LOG_LINES_KEPT);
  }

  private syncMs(): number {
    const { dice } = this;
    const mean = dice.next() < SLOW_SYNC_SHARE ? SLOW_SYNC_MEAN_MS : SYNC_MEAN_EXTRA_MS;
    return SYNC_MS + dice.exponential(mean);
  }
}

/** The disk as one life of a node sees it: a sync that ends after its death has nobody to tell. */
function throughGate(disk: SimulatedDisk, process: SimulatedProcess): FileStore {
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
