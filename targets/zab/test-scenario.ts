import type { Effect, Input } from '../../harness/contracts/program.js';
import { createRandom } from '../../harness/environment/random.js';
import type { JsonValue } from '../../harness/json.js';
import { TestDisk } from '../replication/testing/disk.js';
import { retrace } from '../replication/testing/scenario.js';
import type { ChannelMessage, Message, Transaction } from './messages.js';
import { createZabProgram, type ZabProgram } from './program.js';
import { formatZxid } from './zxid.js';

interface ScenarioNode {
  program: ZabProgram;
  disk: TestDisk;
  isUp: boolean;
}

interface Envelope {
  from: string;
  to: string;
  message: Message;
}

/**
 * Runs a scenario file; see `retrace`. Nothing happens by itself: time stands still unless a command moves it, disks
 * are done at once, and messages arrive in the order in which they were sent. Commands:
 *
 *     nodes n1 n2 … [setting=value …] [bug=name …]     makes and starts them
 *     wait 50               milliseconds pass, and no timer runs out
 *     tick n1 …             the tick of these servers
 *     finalize n1 …         the wait for a better vote is over
 *     elect n1 …            ticks them, then finalizes; the trace tells only what came of it
 *     set n1 path value     also: create n1 path value, get n1 path [local], sync n1
 *     cut n1 n2 … / heal    cuts these off from the others, and each of them off from each other
 *     drop type … / drop    loses messages of these types; without any, none
 *     crash n1 / restart n1
 *     logs                  what each server holds: its history, and where it has delivered it to
 */
export function runScenario(text: string): string {
  const scenario = new Scenario();
  return retrace(text, (line) => scenario.run(line));
}

class Scenario {
  private readonly nodes = new Map<string, ScenarioNode>();
  private settings: Record<string, string> = {};
  private readonly bugs = new Set<string>();
  private readonly cuts = new Set<string>();
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
    const [name, path, value] = args;
    switch (command) {
      case 'nodes':
        this.create(args);
        break;
      case 'wait':
        this.nowMs += Number(name);
        break;
      case 'tick':
      case 'finalize':
        for (const each of args) this.timer(each, command);
        break;
      case 'elect':
        for (const each of args) this.timer(each, 'tick');
        // The last one leads where histories are equal; the others would come too early.
        for (const each of args.toReversed()) this.timer(each, 'finalize');
        this.trace = args.map((each) => `${each}: ${this.describeStatus(each)}`);
        break;
      case 'set':
      case 'create':
        this.request(name, `/${command}`, { path, value });
        break;
      case 'get':
        this.request(name, '/get', { path, sync: value !== 'local' });
        break;
      case 'sync':
        this.request(name, '/sync', {});
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
        this.nowMs++;
        this.start(name, [...this.nodes.keys()]);
        break;
      case 'logs':
        for (const known of this.nodes.keys()) this.trace.push(this.describeLog(known));
        break;
      default:
        throw new RangeError(`unknown command ${command}`);
    }
  }

  private create(args: readonly string[]): void {
    const names = args.filter((arg) => !arg.includes('='));
    this.settings = { tickMs: '10' };
    for (const arg of args.filter((each) => each.includes('='))) {
      const [key, value] = arg.split('=');
      if (key === 'bug') this.bugs.add(value);
      else this.settings[key] = value;
    }
    for (const name of names) this.start(name, names);
    this.queue = [];
    this.trace = [];
  }

  private start(name: string, members: readonly string[]): void {
    const random = createRandom(1);
    const { settings, bugs } = this;
    const program = createZabProgram({ name, members, random, settings, bugs });
    const disk = this.nodes.get(name)?.disk ?? new TestDisk();
    this.nodes.set(name, { program, disk, isUp: true });
    this.step(name, { kind: 'start', ...disk.read() });
  }

  private timer(name: string, timer: string): void {
    this.step(name, { kind: 'timer', name: timer });
    this.deliverAll();
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
      case 'send': {
        const message = effect.message as unknown as Message;
        this.queue.push({ from: name, to: effect.to, message });
        break;
      }
      case 'append':
      case 'checkpoint':
        node.disk.write(effect);
        break;
      case 'sync':
        tokens.push(effect.token);
        break;
      case 'reply':
        this.trace.push(`${name} answers ${effect.status} ${describeAnswer(effect.body)}`);
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
      const type = message.type === 'frame' ? (message.body?.type ?? 'frame-ack') : message.type;
      const isLost =
        this.cuts.has(from) ||
        this.cuts.has(to) ||
        this.dropped.has(type) ||
        this.nodes.get(to)?.isUp !== true;
      if (type !== 'frame-ack') {
        this.trace.push(`${from} → ${to} ${describeMessage(message)}${isLost ? '  LOST' : ''}`);
      }
      const given = message as unknown as JsonValue;
      if (!isLost) this.step(to, { kind: 'message', from, message: given });
    }
  }

  private describeStatus(name: string): string {
    const { program, isUp } = this.node(name);
    if (!isUp) return 'down';
    const { role, phase, epoch, delivered } = program.status();
    return `${String(role)}, ${String(phase)}, epoch ${String(epoch)}, delivered ${String(delivered)}`;
  }

  private describeLog(name: string): string {
    const { log } = this.node(name).program.state;
    const base = log.base > 0 ? [`up to ${formatZxid(log.base)}`] : [];
    const history = [...base, ...log.after(log.base).map(describeTransaction)];
    return `${name} (${this.describeStatus(name)}): ${history.join(' | ') || 'empty'}`;
  }
}

function describeTransaction({ zxid, changes }: Transaction): string {
  const written = changes.filter(({ path, node }) => path !== '/' && node?.mzxid === zxid);
  const what = written.map(({ path, node }) => `${path}=${String(node?.value)}`).join(' ');
  return `${formatZxid(zxid)} ${what || 'nothing'}`;
}

function describeAnswer(body: JsonValue): string {
  const { value, error, zxid } = body as Record<string, JsonValue>;
  const parts = error === undefined ? { value, zxid: formatZxid(Number(zxid)) } : { error };
  return JSON.stringify(parts);
}

function describeMessage(message: Message): string {
  switch (message.type) {
    case 'notification': {
      const { round, role, vote } = message;
      return `notification round ${round}, ${role}, for ${vote.leader} (epoch ${vote.epoch}, ${formatZxid(vote.zxid)})`;
    }
    case 'reset':
      return 'reset';
    case 'frame':
      return message.body ? describeBody(message.body) : '';
  }
}

function describeBody(body: ChannelMessage): string {
  switch (body.type) {
    case 'propose':
      return `propose ${body.transactions.map(describeTransaction).join(' | ')}`;
    case 'snap':
      return `snap ${formatZxid(body.snapshot.zxid)}`;
    case 'replies':
    case 'request':
      return body.type;
    default: {
      const fields = Object.entries(body).filter(([name]) => name !== 'type' && name !== 'touched');
      const shown = fields.map(([name, value]) =>
        name === 'zxid' ? `zxid ${formatZxid(value as number)}` : `${name} ${String(value)}`,
      );
      return [body.type, ...shown].join(' ');
    }
  }
}
