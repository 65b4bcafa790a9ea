import type { Effect, Input, Instant } from '../../harness/contracts/program.js';
import type {
  HaltKind,
  HostParts,
  ProgramHost,
  ReplyHandler,
} from '../../harness/contracts/program-host.js';
import type { Timer } from '../../harness/environment/environment.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import { createSyncer } from './log/durability.js';
import type { Syncer } from './log/durability.js';
import { CorruptLogError } from './log/recovery.js';
import { Wal } from './log/wal.js';

/**
 * Runs a program: gives it its inputs one at a time, and carries out the effects of each in their order
 * before the next. An effect that comes after a `sync` in the same list does **not** wait for it: a program
 * that must persist before it sends keeps the message until the `synced`.
 */
export class Host implements ProgramHost {
  private readonly parts: HostParts;
  private readonly wal: Wal;
  private readonly syncer: Syncer;
  private readonly inbox: Input[] = [];
  private readonly timers = new Map<string, Timer>();
  private readonly requests = new Map<number, ReplyHandler>();
  private lastRequest = 0;
  private state: 'starting' | 'idle' | 'stepping' | 'halted' = 'starting';

  constructor(parts: HostParts) {
    this.parts = parts;
    this.wal = new Wal(parts.files, {
      segmentBytes: parts.segmentBytes,
      onFailure: (error) => {
        const kind = error instanceof CorruptLogError ? 'corrupt-log' : 'disk';
        this.halt(kind, kind === 'disk' ? `disk failed: ${error.message}` : error.message);
      },
    });
    this.syncer = createSyncer(parts.durability, this.wal, parts.clock, (token) => {
      this.deliver({ kind: 'synced', token });
    });
  }

  start(ready: () => void): void {
    this.wal.open(({ snapshot, records, notes }) => {
      for (const note of notes) this.parts.log(note);
      this.parts.log(
        `recovered ${records.length} records${snapshot === null ? '' : ', a snapshot'}`,
      );
      this.state = 'idle';
      this.deliver({ kind: 'start', snapshot, records });
      ready();
    });
  }

  receive(from: string, message: JsonValue): void {
    this.deliver({ kind: 'message', from, message });
  }

  request(path: string, body: JsonValue, reply: ReplyHandler): () => void {
    const id = ++this.lastRequest;
    this.requests.set(id, reply);
    this.deliver({ kind: 'request', id, path, body });
    return () => this.requests.delete(id);
  }

  status(): JsonObject {
    const { durability, clock } = this.parts;
    const wal = { ...this.wal.figures };
    return {
      ...this.parts.program.status(),
      host: { durability, pending: this.requests.size, wal, wallMs: clock.wallMs() },
    };
  }

  /** Writes everything to the disk, for a node that is asked to end. */
  flush(done: () => void): void {
    this.wal.sync(done);
  }

  /** Does nothing before the start; inputs of that time are lost, as on a network. */
  private deliver(input: Input): void {
    if (this.state === 'starting' || this.state === 'halted') return;
    this.inbox.push(input);
    if (this.state === 'idle') this.work();
  }

  /** Effects may bring new inputs at once (a sync answered at once); they wait for their turn. */
  private work(): void {
    this.state = 'stepping';
    for (let input = this.inbox.shift(); input; input = this.inbox.shift()) {
      for (const effect of this.step(input)) this.carryOut(effect);
    }
    if (this.state === 'stepping') this.state = 'idle';
  }

  private step(input: Input): Effect[] {
    if (this.isHalted()) return [];
    try {
      return this.parts.program.step(input, this.now());
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.halt('bug', `the program threw on ${input.kind}: ${detail}`);
      return [];
    }
  }

  private now(): Instant {
    const { clock } = this.parts;
    return { monotonicMs: clock.now() / 1e6, wallMs: clock.wallMs() };
  }

  private carryOut(effect: Effect): void {
    if (this.isHalted()) return;
    switch (effect.kind) {
      case 'send':
        this.parts.transport.send(effect.to, effect.message);
        break;
      case 'timer':
        this.setTimer(effect.name, effect.delayMs);
        break;
      case 'append':
        this.wal.append(effect.records);
        break;
      case 'sync':
        this.syncer.request(effect.token);
        break;
      case 'checkpoint':
        this.wal.checkpoint(effect.snapshot, effect.records);
        break;
      case 'reply':
        this.reply(effect.id, effect.status, effect.body);
        break;
      case 'log':
        this.parts.log(effect.line);
        break;
      case 'halt':
        this.halt('program', effect.reason);
        break;
    }
  }

  private setTimer(name: string, delayMs: number | null): void {
    const { clock } = this.parts;
    const previous = this.timers.get(name);
    if (previous) clock.clearTimer(previous);
    this.timers.delete(name);
    if (delayMs === null) return;
    const timer = clock.setTimer(() => {
      this.timers.delete(name);
      this.deliver({ kind: 'timer', name });
    }, delayMs);
    this.timers.set(name, timer);
  }

  /** A client that has gone away gets no answer. */
  private reply(id: number, status: number, body: JsonValue): void {
    const reply = this.requests.get(id);
    this.requests.delete(id);
    reply?.(status, body);
  }

  private isHalted(): boolean {
    return this.state === 'halted';
  }

  private halt(kind: HaltKind, reason: string): void {
    if (this.isHalted()) return;
    this.state = 'halted';
    for (const timer of this.timers.values()) this.parts.clock.clearTimer(timer);
    this.timers.clear();
    this.parts.onHalt(kind, reason);
  }
}
