import type { Effect, Input, Program } from '../../harness/contracts/program.js';
import { createRandom } from '../../harness/environment/random.js';
import type { JsonValue } from '../../harness/json.js';
import type { Entry, Message } from './messages.js';
import { createRaftProgram } from './program.js';
import { TestDisk } from '../replication/testing/disk.js';
import { retrace } from '../replication/testing/scenario.js';

interface ScenarioNode {
  program: Program;
  disk: TestDisk;
  isUp: boolean;
}

interface Envelope {
  from: string;
  to: string;
  message: Message;
}

const ELECTION_TIMEOUT_MS = 100;

/**
 * Runs a scenario file; see `retrace`. Nothing happens by itself: time stands still unless a command moves it, disks are done at once, and messages arrive
 * in the order in which they were sent. Commands:
 *
 *     nodes n1 n2 … [setting=value …] [bug=name …]     makes and starts them
 *     join n4 n1 n2 …       starts a server that was told of these members
 *     wait 50               milliseconds pass, and no timer runs out
 *     timeout n1            the election timer of this node runs out, if it is time
 *     campaign n1           two election timeouts pass, then its timer runs out
 *     elect n1              the same, and the trace tells only what came of it
 *     tick n1               its heartbeat timer runs out
 *     put n1 key value      also: get n1 key [mode], add n1 name, remove n1 name, transfer n1 name
 *     cut n1 n2 … / heal    cuts these off from the others, and each of them off from each other
 *     drop type … / drop    loses messages of these types; without any, none
 *     crash n1 / restart n1
 *     logs                  what each node holds: term and content of each entry, and the commit index
 */
export function runScenario(text: string): string {
  const scenario = new Scenario();
  return retrace(text, (line) => scenario.run(line));
}

class Scenario {
  private readonly nodes = new Map<string, ScenarioNode>();
  private settings: Record<string, string> = {};
  private bugs = new Set<string>();
  private cuts = new Set<string>();
  private dropped = new Set<string>();
  private nowMs = 0;
  private requests = 0;
  private queue: Envelope[] = [];
  private trace: string[] = [];

  /** The trace of one command. */
  run(line: string): string[] {
    const [command, ...args] = line.split(/\s+/);
    this.trace = [];
    this.carryOutCommand(command, args);
    this.deliverAll();
    return this.trace;
  }

  private carryOutCommand(command: string, args: string[]): void {
    const [name, first, second] = args;
    switch (command) {
      case 'nodes':
        this.create(args);
        break;
      case 'join':
        this.start(name, args);
        break;
      case 'wait':
        this.nowMs += Number(name);
        break;
      case 'timeout':
        this.step(name, { kind: 'timer', name: 'election' });
        break;
      case 'campaign':
        this.campaign(name);
        break;
      case 'elect':
        this.campaign(name);
        this.deliverAll();
        this.trace = [`${name}: ${this.describeStatus(name)}`];
        break;
      case 'tick':
        this.step(name, { kind: 'timer', name: 'tick' });
        break;
      case 'put':
        this.request(name, '/put', { key: first, value: second });
        break;
      case 'get':
        this.request(name, '/get', { key: first, ...(second ? { read: second } : {}) });
        break;
      case 'add':
      case 'remove':
        this.request(name, `/members/${command}`, { name: first });
        break;
      case 'transfer':
        this.request(name, '/transfer', { to: first });
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
        this.start(name, [...this.nodes.keys()]);
        break;
      case 'logs':
        for (const known of this.nodes.keys()) this.trace.push(this.describeLog(known));
        break;
      default:
        throw new RangeError(`unknown command ${command}`);
    }
  }

  private campaign(name: string): void {
    this.nowMs += 2 * ELECTION_TIMEOUT_MS;
    this.step(name, { kind: 'timer', name: 'election' });
  }

  private create(args: readonly string[]): void {
    const names = args.filter((arg) => !arg.includes('='));
    this.settings = { electionTimeoutMs: String(ELECTION_TIMEOUT_MS), heartbeatMs: '10' };
    for (const [key, value] of args
      .filter((arg) => arg.includes('='))
      .map((arg) => arg.split('='))) {
      if (key === 'bug') this.bugs.add(value);
      else this.settings[key] = value;
    }
    for (const name of names) this.start(name, names);
    this.trace = [];
  }

  private start(name: string, members: readonly string[]): void {
    const random = createRandom(1);
    const { settings, bugs } = this;
    const program = createRaftProgram({ name, members, random, settings, bugs });
    const disk = this.nodes.get(name)?.disk ?? new TestDisk();
    this.nodes.set(name, { program, disk, isUp: true });
    this.step(name, { kind: 'start', ...disk.read() });
  }

  private request(name: string, path: string, body: JsonValue): void {
    this.step(name, { kind: 'request', id: ++this.requests, path, body });
  }

  private node(name: string): ScenarioNode {
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

  private carryOut(name: string, node: ScenarioNode, effect: Effect, tokens: number[]): void {
    switch (effect.kind) {
      case 'send':
        this.queue.push({ from: name, to: effect.to, message: effect.message as Message });
        break;
      case 'append':
      case 'checkpoint':
        node.disk.write(effect);
        break;
      case 'sync':
        tokens.push(effect.token);
        break;
      case 'reply':
        this.trace.push(`${name} answers ${effect.status} ${JSON.stringify(effect.body)}`);
        break;
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
      const isLost =
        this.cuts.has(from) ||
        this.cuts.has(to) ||
        this.dropped.has(message.type) ||
        this.nodes.get(to)?.isUp !== true;
      this.trace.push(`${from} → ${to} ${describeMessage(message)}${isLost ? '  LOST' : ''}`);
      if (!isLost) this.step(to, { kind: 'message', from, message: message as JsonValue });
    }
  }

  private describeStatus(name: string): string {
    const { program, isUp } = this.node(name);
    const { role, term, commit } = program.status();
    return isUp ? `${role}, term ${term}, commit ${commit}` : 'down';
  }

  private describeLog(name: string): string {
    const { disk } = this.node(name);
    const { snapshot, records } = disk.read();
    const entries: string[] = [];
    const base = (snapshot as { index: number } | null)?.index ?? 0;
    for (const record of records as readonly (Entry | { term: number })[]) {
      if (!('index' in record)) continue;
      entries.length = record.index - base - 1;
      entries.push(describeEntry(record));
    }
    const parts = [base > 0 ? `snapshot to ${base}` : '', ...entries].filter((part) => part !== '');
    return `${name} (${this.describeStatus(name)}): ${parts.join(' | ') || 'empty'}`;
  }
}

function describeEntry({ index, term, command }: Entry): string {
  const place = `${index}@${term}`;
  switch (command.kind) {
    case 'write':
      return `${place} ${command.op} ${command.key}${command.op === 'put' ? `=${command.value}` : ''}`;
    case 'members':
      return `${place} members ${command.members.join(',')}`;
    default:
      return `${place} ${command.kind}`;
  }
}

function describeMessage(message: Message): string {
  const { type, term } = message;
  const head = `${type} t${term}`;
  switch (type) {
    case 'append': {
      const entries = message.entries.map(describeEntry).join(' | ') || 'nothing';
      return `${head} after ${message.prevIndex}@${message.prevTerm}: ${entries}; commit ${message.commit}`;
    }
    case 'snapshot':
      return `${head} index ${message.index}, from ${message.offset} of ${message.total}`;
    default: {
      const rest = Object.entries(message).filter(([name]) => name !== 'type' && name !== 'term');
      const known = rest.filter(([name]) => name !== 'id' && name !== 'replies' && name !== 'body');
      return [head, ...known.map(([name, value]) => `${name} ${value}`)].join(' ');
    }
  }
}
