import type { Effect, Input, Program, ProgramConfig } from '../../../harness/contracts/program.js';
import { createRandom } from '../../../harness/environment/random.js';
import type { JsonValue } from '../../../harness/json.js';
import { TestDisk } from './disk.js';

/** A server in a scenario. */
export interface ScenarioNode<P extends Program> {
  program: P;
  disk: TestDisk;
  isUp: boolean;
}

/** What is particular to a protocol. */
export interface ScenarioProtocol<P extends Program> {
  settings: Readonly<Record<string, string>>;
  create: (config: ProgramConfig) => P;
  /** Its commands beside those that every scenario has. */
  commands: Readonly<Record<string, (scenario: Scenario<P>, args: string[]) => void>>;
  /** What `drop` calls it, and how it is told; one without a text is not. */
  describeMessage: (message: JsonValue) => { type: string; text?: string };
  describeAnswer: (body: JsonValue) => string;
  describeStatus: (program: P) => string;
  /** What it holds, entry by entry. */
  describeLog: (node: ScenarioNode<P>) => string[];
}

/**
 * Runs a scenario file: a line that begins with `>` is a command, a line that begins with `#` a remark, and
 * all others are the trace of the command above them. Answers the file with the traces as they are now.
 *
 * Nothing happens by itself: time stands still unless a command moves it, disks are done at once, and messages
 * arrive in the order in which they were sent. Commands of every protocol:
 *
 *     nodes n1 n2 … [setting=value …] [bug=name …]     makes and starts them
 *     wait 50               milliseconds pass, and no timer runs out
 *     tick n1 …             the timer `tick` of these servers runs out
 *     cut n1 n2 … / heal    cuts these off from the others, and each of them off from each other
 *     drop type … / drop    loses messages of these types; without any, none
 *     crash n1 / restart n1
 *     logs                  what each server holds, and its status
 */
export function runScenario<P extends Program>(
  text: string,
  protocol: ScenarioProtocol<P>,
): string {
  const scenario = new Scenario(protocol);
  const output: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('#') || line === '') output.push(line);
    if (!line.startsWith('> ')) continue;
    output.push(line, ...scenario.run(line.slice(2)).map((traced) => `  ${traced}`));
  }
  return output.join('\n').replace(/\n*$/, '\n');
}

/** Servers of a protocol that do one thing after another. */
export class Scenario<P extends Program> {
  private readonly nodes = new Map<string, ScenarioNode<P>>();
  private readonly settings: Record<string, string>;
  private readonly bugs = new Set<string>();
  private readonly cuts = new Set<string>();
  private dropped = new Set<string>();
  private nowMs = 0;
  private requests = 0;
  private queue: { from: string; to: string; message: JsonValue }[] = [];
  private trace: string[] = [];

  constructor(private readonly protocol: ScenarioProtocol<P>) {
    this.settings = { ...protocol.settings };
  }

  /** The trace of one command. */
  run(line: string): string[] {
    const [command, ...args] = line.split(/\s+/);
    this.trace = [];
    this.carryOutCommand(command, args);
    this.deliverAll();
    return this.trace;
  }

  /** Milliseconds pass, and no timer runs out. */
  wait(durationMs: number): void {
    this.nowMs += durationMs;
  }

  /** Starts it on what its disk has, told of these members. */
  start(name: string, members: readonly string[]): void {
    const random = createRandom(1);
    const { settings, bugs } = this;
    const program = this.protocol.create({ name, members, random, settings, bugs });
    const disk = this.nodes.get(name)?.disk ?? new TestDisk();
    this.nodes.set(name, { program, disk, isUp: true });
    this.step(name, { kind: 'start', ...disk.read() });
  }

  /** This timer of this server runs out, and what is sent because of it arrives. */
  timer(name: string, timer: string): void {
    this.step(name, { kind: 'timer', name: timer });
    this.deliverAll();
  }

  request(name: string, path: string, body: JsonValue): void {
    this.step(name, { kind: 'request', id: ++this.requests, path, body });
  }

  /** Of all that the command did so far the trace tells what came of it at these servers. */
  describeOutcome(names: readonly string[]): void {
    this.trace = names.map((name) => `${name}: ${this.describeStatus(name)}`);
  }

  private carryOutCommand(command: string, args: string[]): void {
    const { commands } = this.protocol;
    const [name] = args;
    switch (command) {
      case 'nodes':
        this.create(args);
        break;
      case 'wait':
        this.wait(Number(name));
        break;
      case 'tick':
        for (const each of args) this.timer(each, 'tick');
        break;
      case 'cut':
        for (const cut of args) this.cuts.add(cut);
        break;
      case 'heal':
        this.cuts.clear();
        break;
      case 'drop':
        this.dropped = new Set(args);
        break;
      case 'crash':
        this.node(name).isUp = false;
        break;
      case 'restart':
        // No two incarnations begin at the same time.
        this.wait(1);
        this.start(name, [...this.nodes.keys()]);
        break;
      case 'logs':
        for (const known of this.nodes.keys()) this.trace.push(this.describeLog(known));
        break;
      default:
        if (!Object.hasOwn(commands, command)) throw new RangeError(`unknown command ${command}`);
        commands[command](this, args);
    }
  }

  private create(args: readonly string[]): void {
    const names = args.filter((arg) => !arg.includes('='));
    for (const arg of args.filter((each) => each.includes('='))) {
      const [key, value] = arg.split('=');
      if (key === 'bug') this.bugs.add(value);
      else this.settings[key] = value;
    }
    for (const name of names) this.start(name, names);
    this.queue = [];
    this.trace = [];
  }

  private node(name: string): ScenarioNode<P> {
    const node = this.nodes.get(name);
    if (!node) throw new RangeError(`no node ${name}`);
    return node;
  }

  private step(name: string, input: Input): void {
    const node = this.node(name);
    if (!node.isUp) return;
    const tokens: number[] = [];
    const now = { monotonicMs: this.nowMs, wallMs: this.nowMs };
    for (const effect of node.program.step(input, now)) this.carryOut(name, node, effect, tokens);
    for (const token of tokens) this.step(name, { kind: 'synced', token });
  }

  private carryOut(name: string, node: ScenarioNode<P>, effect: Effect, tokens: number[]): void {
    switch (effect.kind) {
      case 'send':
        this.queue.push({ from: name, to: effect.to, message: effect.message });
        break;
      case 'append':
      case 'checkpoint':
        node.disk.write(effect);
        break;
      case 'sync':
        tokens.push(effect.token);
        break;
      case 'reply': {
        const answer = this.protocol.describeAnswer(effect.body);
        this.trace.push(`${name} answers ${effect.status} ${answer}`);
        break;
      }
      case 'log':
        this.trace.push(`${name} ${effect.line}`);
        break;
      case 'halt':
        this.trace.push(`${name} halts: ${effect.reason}`);
        break;
      case 'timer':
        break;
    }
  }

  private deliverAll(): void {
    for (let envelope = this.queue.shift(); envelope; envelope = this.queue.shift()) {
      const { from, to, message } = envelope;
      const { type, text } = this.protocol.describeMessage(message);
      const isLost =
        this.cuts.has(from) ||
        this.cuts.has(to) ||
        this.dropped.has(type) ||
        this.nodes.get(to)?.isUp !== true;
      if (text !== undefined) this.trace.push(`${from} → ${to} ${text}${isLost ? '  LOST' : ''}`);
      if (!isLost) this.step(to, { kind: 'message', from, message });
    }
  }

  private describeStatus(name: string): string {
    const { program, isUp } = this.node(name);
    return isUp ? this.protocol.describeStatus(program) : 'down';
  }

  private describeLog(name: string): string {
    const entries = this.protocol.describeLog(this.node(name));
    return `${name} (${this.describeStatus(name)}): ${entries.join(' | ') || 'empty'}`;
  }
}
