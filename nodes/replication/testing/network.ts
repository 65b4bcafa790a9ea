import FlatQueue from 'flatqueue';
import type { Effect, Input, Program, ProgramConfig } from '../../../harness/contracts/program.js';
import type { ProtocolMonitor } from '../../../harness/contracts/protocol-monitor.js';
import type { Random } from '../../../harness/environment/random.js';
import type { JsonObject, JsonValue } from '../../../harness/json.js';
import { TestDisk } from './disk.js';

/** What runs on the network. */
export interface TestSystem {
  createProgram: (config: ProgramConfig) => Program;
  /** Whether the node that gave this status leads. */
  isLeader: (status: JsonObject) => boolean;
}

export interface TestAnswer {
  status: number;
  body: JsonObject;
}

export interface TestOptions {
  system: TestSystem;
  members: readonly string[];
  random: Random;
  settings?: Readonly<Record<string, string>>;
  bugs?: readonly string[];
  /** Shares of all messages that are lost and doubled. */
  loss?: number;
  duplication?: number;
  /** Mean milliseconds that a message is under way; their order is lost with it. */
  delayMs?: number;
  syncMs?: number;
}

export interface TestNode {
  name: string;
  members: readonly string[];
  program: Program;
  disk: TestDisk;
  isUp: boolean;
  /** Restarts so far: what was meant for an earlier incarnation does not reach this one. */
  incarnation: number;
  timers: Map<string, number>;
  pausedUntilMs: number;
  startedMs: number;
}

/** Nodes, disks and a network in one thread and virtual time: equal seeds give equal runs. */
export class TestNetwork {
  readonly nodes = new Map<string, TestNode>();
  /** Is told of every step. */
  monitor: ProtocolMonitor | undefined;
  nowMs = 0;
  /** Loses a message when this says so, on top of random loss. */
  drop: (from: string, to: string, message: JsonObject) => boolean = () => false;
  private readonly cuts = new Set<string>();
  private readonly queue = new FlatQueue<() => void>();
  private readonly answers = new Map<number, (answer: TestAnswer) => void>();
  private requests = 0;
  private timerCount = 0;
  private readonly options: Required<TestOptions>;

  constructor(options: TestOptions) {
    const defaults = { settings: {}, bugs: [], loss: 0, duplication: 0, delayMs: 1, syncMs: 1 };
    this.options = { ...defaults, ...options };
    for (const name of options.members) this.addNode(name, options.members);
  }

  get random(): Random {
    return this.options.random;
  }

  /** A node that is started later with `restart`. */
  addNode(name: string, members: readonly string[]): void {
    const node: TestNode = {
      name,
      members,
      program: this.createProgram(name, members),
      disk: new TestDisk(),
      isUp: false,
      incarnation: 0,
      timers: new Map(),
      pausedUntilMs: 0,
      startedMs: 0,
    };
    this.nodes.set(name, node);
  }

  node(name: string): TestNode {
    const node = this.nodes.get(name);
    if (!node) throw new RangeError(`no node ${name}`);
    return node;
  }

  status(name: string): JsonObject {
    return this.node(name).program.status();
  }

  /** The names of the nodes that are up and take themselves for leader. */
  leaders(): string[] {
    const { isLeader } = this.options.system;
    const up = [...this.nodes.values()].filter((node) => node.isUp);
    return up.filter(({ program }) => isLeader(program.status())).map(({ name }) => name);
  }

  restart(name: string): void {
    const node = this.node(name);
    if (node.isUp) return;
    node.program = this.createProgram(name, node.members);
    node.isUp = true;
    node.startedMs = this.nowMs;
    node.incarnation++;
    node.timers.clear();
    node.pausedUntilMs = 0;
    // As a host does: nobody starts on what a power cut could still take.
    node.disk.beginSync()();
    this.step(node, { kind: 'start', ...node.disk.read() });
  }

  crash(name: string, cause: 'kill' | 'power'): void {
    const node = this.node(name);
    if (!node.isUp) return;
    node.isUp = false;
    if (cause === 'power') node.disk.losePower(this.random);
  }

  /** For so long nothing reaches the node; it comes all at once after it. */
  pause(name: string, durationMs: number): void {
    this.node(name).pausedUntilMs = this.nowMs + durationMs;
  }

  /** Cuts these directions, written "from>to". */
  cut(directions: Iterable<string>): void {
    for (const direction of directions) this.cuts.add(direction);
  }

  /** Cuts all links between nodes of different groups, both ways. */
  partition(...groups: (readonly string[])[]): void {
    for (const group of groups) {
      const others = groups.filter((other) => other !== group).flat();
      this.cut(group.flatMap((from) => others.map((to) => `${from}>${to}`)));
    }
  }

  heal(): void {
    this.cuts.clear();
  }

  request(
    name: string,
    path: string,
    body: JsonValue,
    onAnswer: (answer: TestAnswer) => void,
  ): void {
    const node = this.node(name);
    const id = ++this.requests;
    this.answers.set(id, onAnswer);
    this.deliver(node, 0, { kind: 'request', id, path, body });
  }

  /** Calls the action in virtual time. */
  after(delayMs: number, action: () => void): void {
    this.queue.push(action, this.nowMs + delayMs);
  }

  /** Runs until this much virtual time has passed, or until `isDone`. */
  run(durationMs: number, isDone: () => boolean = () => false): boolean {
    const endMs = this.nowMs + durationMs;
    while (!isDone()) {
      const nextMs = this.queue.peekValue();
      if (nextMs === undefined || nextMs > endMs) {
        this.nowMs = endMs;
        return isDone();
      }
      this.nowMs = nextMs;
      this.queue.pop()?.();
    }
    return true;
  }

  /** Gives an input to the node after a delay, if the same incarnation is still up then. */
  deliver(
    node: TestNode,
    delayMs: number,
    input: Input,
    isValid: () => boolean = () => true,
  ): void {
    const { incarnation } = node;
    const action = (): void => {
      if (!node.isUp || node.incarnation !== incarnation || !isValid()) return;
      if (this.nowMs < node.pausedUntilMs) this.queue.push(action, node.pausedUntilMs);
      else this.step(node, input);
    };
    this.queue.push(action, this.nowMs + delayMs);
  }

  private createProgram(name: string, members: readonly string[]): Program {
    const { settings, bugs } = this.options;
    // The same stream for every incarnation, as with a host that knows but one seed.
    const random = this.random.fork(name);
    return this.options.system.createProgram({
      name,
      members,
      random,
      settings,
      bugs: new Set(bugs),
    });
  }

  private step(node: TestNode, input: Input): void {
    const monotonicMs = this.nowMs - node.startedMs;
    const effects = node.program.step(input, { monotonicMs, wallMs: this.nowMs });
    const { name, program } = node;
    this.monitor?.observe({ node: name, time: this.nowMs * 1e6, program, input, effects });
    for (const effect of effects) this.carryOut(node, effect);
  }

  private carryOut(node: TestNode, effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        this.send(node.name, effect.to, effect.message);
        break;
      case 'timer':
        this.setTimer(node, effect.name, effect.delayMs);
        break;
      case 'append':
      case 'checkpoint':
        node.disk.write(effect);
        break;
      case 'sync':
        this.sync(node, effect.token);
        break;
      case 'reply':
        this.answers.get(effect.id)?.({ status: effect.status, body: effect.body as JsonObject });
        this.answers.delete(effect.id);
        break;
      case 'log':
        break;
      case 'halt':
        throw new Error(`${node.name} halts: ${effect.reason}`);
    }
  }

  private send(from: string, to: string, message: JsonValue): void {
    const { random, options } = this;
    const text = JSON.stringify(message);
    const copies = random.next() < options.duplication ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const isLost = random.next() < options.loss;
      const delayMs = random.exponential(options.delayMs);
      const target = this.nodes.get(to);
      if (!target || isLost || this.isCut(from, to)) continue;
      if (this.drop(from, to, message as JsonObject)) continue;
      const input: Input = { kind: 'message', from, message: JSON.parse(text) as JsonValue };
      // It arrives at whatever incarnation is there then, but not through a link cut meanwhile.
      this.after(delayMs, () => {
        if (!this.isCut(from, to)) this.deliver(target, 0, input);
      });
    }
  }

  private isCut(from: string, to: string): boolean {
    return this.cuts.has(`${from}>${to}`);
  }

  private setTimer(node: TestNode, name: string, delayMs: number | null): void {
    const version = ++this.timerCount;
    node.timers.set(name, version);
    if (delayMs === null) return;
    const isValid = (): boolean => node.timers.get(name) === version;
    this.deliver(node, delayMs, { kind: 'timer', name }, isValid);
  }

  private sync(node: TestNode, token: number): void {
    const finish = node.disk.beginSync();
    const { incarnation } = node;
    this.after(this.random.exponential(this.options.syncMs), () => {
      if (!node.isUp || node.incarnation !== incarnation) return;
      finish();
      this.deliver(node, 0, { kind: 'synced', token });
    });
  }
}
