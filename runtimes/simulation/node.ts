import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type {
  ClockFacet,
  ClusterNode,
  Crash,
  DiskFacet,
  NodeConnection,
  NodeState,
  PowerFacet,
  ProcessFacet,
  StoredLogFacet,
  SuspensionFacet,
} from '../../harness/contracts/cluster.js';
import type { HaltKind, HostKit } from '../../harness/contracts/program-host.js';
import type { Program } from '../../harness/contracts/program.js';
import type { Random } from '../../harness/environment/random.js';
import type { VirtualClock } from '../../harness/environment/virtual.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import { type RequestOutcome, SimulatedConnection } from './connection.js';
import { SimulatedDisk } from './disk/disk.js';
import { clockFacet, diskFacet, powerFacet, storedLogFacet } from './facets.js';
import { drawOscillator, drawSyncMs } from './hardware.js';
import { Life } from './life.js';
import type { SimulatedNetwork } from './network.js';
import { NodeControl, TAIL_LINES } from './node-control.js';
import { NodeLog } from './node-log.js';
import { NodeTime, SimulatedProcess, throughGate } from './process.js';

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
  readonly process: ProcessFacet;
  readonly suspension: SuspensionFacet;
  readonly power: PowerFacet;
  readonly clock: ClockFacet;
  readonly disk: DiskFacet;
  readonly storedLog: StoredLogFacet;
  private readonly parts: SimulatedNodeParts;
  private readonly control: NodeControl;
  private readonly files: SimulatedDisk;
  private readonly time: NodeTime;
  private readonly log: NodeLog;

  constructor(parts: SimulatedNodeParts) {
    const { name, index, clock } = parts;
    this.name = name;
    this.parts = parts;
    // There is no such address: it only tells nodes apart in reports.
    this.address = { host: '0.0.0.0', port: index + 1 };
    const random = parts.random.fork('node');
    this.log = new NodeLog(clock);
    this.time = new NodeTime(clock, drawOscillator(random));
    this.files = new SimulatedDisk(parts.random.fork('disk'), (end, extraMs) => {
      clock.quiet.setTimer(end, drawSyncMs(random) + extraMs);
    });
    const begin = (life: number): Life => this.begin(life);
    this.control = new NodeControl({ name, clock, random, log: this.log, begin });
    this.process = this.control;
    this.suspension = this.control;
    this.clock = clockFacet(this.time, clock);
    this.disk = diskFacet(this.files, clock);
    this.storedLog = storedLogFacet(this.files, parts.onDiskDamage);
    this.power = powerFacet(this.files, () => {
      this.control.end('stopped');
      parts.onPowerCut();
    });
  }

  get state(): NodeState {
    return this.control.state;
  }

  connect(): NodeConnection {
    const { clock, network } = this.parts;
    return new SimulatedConnection(this.name, clock, network, (path, body, outcome) =>
      this.takeRequest(path, body, outcome),
    );
  }

  async status(timeoutMs: number): Promise<JsonObject | undefined> {
    if (this.state === 'paused') await this.parts.clock.sleep(timeoutMs);
    return this.state === 'running' ? this.control.servingLife?.status() : undefined;
  }

  /** A message of a peer's that has arrived at this machine. */
  receive(from: string, message: JsonValue): void {
    this.control.currentLife?.receive(from, message);
  }

  async saveData(): Promise<number> {
    const { directory } = this.parts;
    if (directory === undefined) return 0;
    const data = join(directory, 'data');
    mkdirSync(data, { recursive: true });
    for (const name of this.files.list()) writeFileSync(join(data, name), this.files.read(name));
    return this.files.list().length;
  }

  async logTail(lines: number): Promise<string> {
    return this.log.tail(lines);
  }

  /** Writes what is left of its log into the run's folder, where there is one. */
  saveLog(): void {
    const { directory } = this.parts;
    if (directory !== undefined) this.log.save(directory);
  }

  private begin(life: number): Life {
    const { clock, hosts, createProgram, durability, deliver } = this.parts;
    const process = new SimulatedProcess(clock.quiet, this.time);
    const host = hosts.create({
      program: createProgram(life),
      clock: process,
      files: throughGate(this.files, process),
      transport: { send: deliver },
      durability,
      log: (line) => this.log.say(line),
      onHalt: (kind, reason) => this.halted(kind, reason),
    });
    return new Life(clock, process, host);
  }

  private takeRequest(path: string, body: JsonValue, outcome: RequestOutcome): () => void {
    const life = this.control.servingLife;
    if (life !== undefined) return life.request(path, body, outcome);
    outcome.refused();
    return () => undefined;
  }

  private halted(kind: HaltKind, reason: string): void {
    const { clock, hosts, onCrash } = this.parts;
    this.log.say(`halt: ${reason}`);
    this.control.end('crashed');
    const logTail = this.log.tail(TAIL_LINES);
    clock.touch();
    onCrash({
      node: this.name,
      time: clock.now(),
      exitCode: hosts.exitCodes[kind],
      signal: null,
      logTail,
      disk: this.files.excuse,
      expected: this.control.expected,
    });
  }
}
