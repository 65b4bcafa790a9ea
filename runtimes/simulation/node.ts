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
} from '../../harness/contracts/cluster.js';
import type { HaltKind, HostKit } from '../../harness/contracts/program-host.js';
import type { Program } from '../../harness/contracts/program.js';
import type { Random } from '../../harness/environment/random.js';
import type { VirtualClock } from '../../harness/environment/virtual.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import { NodeError } from '../../harness/contracts/node-error.js';
import { type RequestOutcome, SimulatedConnection } from './connection.js';
import { SimulatedDisk } from './disk.js';
import { drawBootMs, drawOscillator, drawSyncMs } from './hardware.js';
import { Life } from './life.js';
import type { SimulatedNetwork } from './network.js';
import { NodeLog } from './node-log.js';
import { NodeTime, SimulatedProcess, throughGate } from './process.js';

const TAIL_LINES = 20;

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

/** A node in virtual time: its program on a host, a disk and clocks of its own. */
export class SimulatedNode implements ClusterNode {
  readonly name: string;
  readonly address: { host: string; port: number };
  private readonly parts: SimulatedNodeParts;
  private readonly disk: SimulatedDisk;
  private readonly time: NodeTime;
  private readonly random: Random;
  private readonly log: NodeLog;
  private current: NodeState = 'stopped';
  private life: Life | undefined;
  private lives = 0;

  constructor(parts: SimulatedNodeParts) {
    const { name, index, clock, random } = parts;
    this.name = name;
    this.parts = parts;
    // There is no such address: it only tells nodes apart in reports.
    this.address = { host: '0.0.0.0', port: index + 1 };
    this.random = random.fork('node');
    this.log = new NodeLog(clock);
    this.time = new NodeTime(clock, drawOscillator(this.random));
    this.disk = new SimulatedDisk(random.fork('disk'), (end, extraMs) => {
      clock.quiet.setTimer(end, drawSyncMs(this.random) + extraMs);
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
    await life.boot(drawBootMs(this.random));
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
    const killed = !(await life.flush(limitMs));
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
    this.life?.pause();
    if (this.life) this.current = 'paused';
    return Promise.resolve();
  }

  resume(): Promise<void> {
    if (this.life) this.current = 'running';
    this.life?.resume();
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
      ? this.life.status()
      : undefined;
  }

  /** A message of a peer's that has arrived at this machine. */
  receive(from: string, message: JsonValue): void {
    this.life?.receive(from, message);
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
    return Promise.resolve(this.log.tail(lines));
  }

  /** Writes what is left of its log into the run's folder, where there is one. */
  saveLog(): void {
    const { directory } = this.parts;
    if (directory !== undefined) this.log.save(directory);
  }

  private begin(): Life {
    const { clock, hosts, createProgram, durability, deliver } = this.parts;
    const process = new SimulatedProcess(clock.quiet, this.time);
    const host = hosts.create({
      program: createProgram(this.lives++),
      clock: process,
      files: throughGate(this.disk, process),
      transport: { send: deliver },
      durability,
      log: (line) => this.log.say(line),
      onHalt: (kind, reason) => this.halted(kind, reason),
    });
    return (this.life = new Life(clock, process, host));
  }

  private takeRequest(path: string, body: JsonValue, outcome: RequestOutcome): () => void {
    if (this.life?.isReady === true) return this.life.request(path, body, outcome);
    outcome.refused();
    return () => undefined;
  }

  private halted(kind: HaltKind, reason: string): void {
    const { clock, hosts, onCrash } = this.parts;
    this.log.say(`halt: ${reason}`);
    this.end('crashed');
    const logTail = this.log.tail(TAIL_LINES);
    clock.touch();
    onCrash({
      node: this.name,
      time: clock.now(),
      exitCode: hosts.exitCodes[kind],
      signal: null,
      logTail,
      disk: this.disk.excuse,
    });
  }

  private end(state: NodeState): void {
    const { life } = this;
    this.current = state;
    this.life = undefined;
    life?.end();
  }

  private endedEarly(startedAt: number): NodeError {
    const elapsedMs = (this.parts.clock.now() - startedAt) / 1e6;
    const logTail = this.log.tail(TAIL_LINES);
    return new NodeError({
      node: this.name,
      problem: 'ended before it was up',
      elapsedMs,
      logTail,
    });
  }
}
