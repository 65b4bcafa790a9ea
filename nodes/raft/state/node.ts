import type { Effect, Instant, ProgramConfig } from '../../../harness/contracts/program.js';
import type { Random } from '../../../harness/environment/random.js';
import type { JsonValue } from '../../../harness/json.js';
import type { RaftBug } from './bugs.js';
import type { Leading } from './leading.js';
import { RaftLog } from './log.js';
import type { Answer, ForwardId, HardState, Message, Requester, Snapshot } from './messages.js';
import { Outbox } from '../../replication/outbox.js';
import { parseSettings, type RaftSettings } from './settings.js';
import { StateMachine } from './state-machine.js';

export type Role = 'follower' | 'pre-candidate' | 'candidate' | 'leader';

/** A client that waits for the entry at an index, which must have this term to be its own. */
export interface Waiter {
  term: number;
  requester: Requester;
  sinceMs: number;
}

/** A client's read; `index` is what must be applied before it is served, once that is known. */
export interface PendingRead {
  id: number;
  key: string;
  lease: boolean;
  sinceMs: number;
}

/** What others may look at, and never change. */
export interface RaftState {
  readonly settings: Readonly<RaftSettings>;
  readonly role: Role;
  readonly term: number;
  readonly hard: Readonly<HardState>;
  readonly applied: number;
  readonly members: readonly string[];
  readonly quorum: number;
  readonly log: Pick<RaftLog, 'firstIndex' | 'lastIndex' | 'snapshotIndex' | 'termAt' | 'entryAt'>;
  readonly machine: Pick<StateMachine, 'revision'>;
}

/** The node has seen what must not be; it stops without writing or saying anything more. */
export class SafetyViolation extends Error {
  override readonly name = 'SafetyViolation';
}

/** How long a client waits for an answer at most before it is told that nobody knows. */
export const REQUEST_TIMEOUT_MS = 5000;

/**
 * All that a node knows. The files beside this one each hold one concept of the protocol as functions
 * over it; this one holds what they share. Only `hard`, `log` and `snapshot` survive a restart.
 */
export class RaftNode {
  readonly name: string;
  readonly settings: RaftSettings;
  readonly outbox = new Outbox();
  readonly machine: StateMachine;
  readonly log: RaftLog;
  /** Names this incarnation, so that answers to an earlier one are not taken for ours. */
  boot = '';
  /** The term that this incarnation began in. */
  bootTerm = 0;
  hard: HardState = { term: 0, votedFor: null };
  snapshot: Snapshot | null = null;
  role: Role = 'follower';
  leader: string | null = null;
  commit = 0;
  applied = 0;
  now: Instant = { monotonicMs: 0, wallMs: 0 };

  /** When a leader was last heard; at the start, the start: see `isLoyal`. */
  lastHeardMs = 0;
  electionDeadlineMs = 0;
  /** When the election timer runs out; the deadline may have moved on by then. */
  private electionTimerMs = Infinity;
  votes = new Map<string, boolean>();
  /** What only a leader knows; forgotten when it steps down. */
  leading: Leading | null = null;

  /** By log index. They outlive a leadership, since their entries may still commit. */
  readonly waiters = new Map<number, Waiter>();
  /** Forwarded requests without an answer, by their number. */
  readonly forwards = new Map<number, { id: number; sinceMs: number }>();
  /** Reads that wait for the leader to name an index: collected, and asked for. */
  collectedReads: PendingRead[] = [];
  askedReads: { sequence: number; askedMs: number; reads: PendingRead[] } | null = null;
  /** Reads that wait until their index is applied. */
  awaitingApply: { index: number; read: PendingRead }[] = [];
  incomingSnapshot: { from: string; term: number; index: number; text: string } | null = null;
  /** A leader that gave its leadership away, and who waits to hear who has it now. */
  handover: { to: string; requester: Requester; sinceMs: number } | null = null;

  private sequence = 0;
  private random: Random;
  private readonly bugs: ReadonlySet<string>;
  private readonly forwardReplies = new Map<string, { id: ForwardId; answer: Answer }[]>();

  constructor(config: ProgramConfig) {
    this.name = config.name;
    this.settings = parseSettings(config.settings);
    this.log = new RaftLog([...config.members].sort());
    this.random = config.random;
    this.bugs = config.bugs;
    this.machine = new StateMachine(this.has('retry-applied-twice'));
  }

  get term(): number {
    return this.hard.term;
  }

  /** The clock that a leader measures itself with: its lease, and how long it lacks a majority. */
  get leaseMs(): number {
    return this.settings.clock === 'wall' ? this.now.wallMs : this.now.monotonicMs;
  }

  get members(): readonly string[] {
    return this.log.members;
  }

  /** The other members. */
  get peers(): string[] {
    return this.members.filter((member) => member !== this.name);
  }

  get isMember(): boolean {
    return this.members.includes(this.name);
  }

  get quorum(): number {
    return Math.floor(this.members.length / 2) + 1;
  }

  has(bug: RaftBug): boolean {
    return this.bugs.has(bug);
  }

  /** Begins an incarnation: an equal seed after a restart must not give an equal name or equal timeouts. */
  beginIncarnation(): void {
    const label = `${this.name}-${this.now.wallMs}-${this.now.monotonicMs}`;
    this.random = this.random.fork(label);
    this.boot = `${label}-${this.random.integer(2 ** 32)}`;
    this.bootTerm = this.term;
  }

  nextSequence(): number {
    return ++this.sequence;
  }

  setHardState(term: number, votedFor: string | null): void {
    this.hard = { term, votedFor };
    if (!this.has('forget-vote')) this.outbox.persist(this.hard);
  }

  send(to: string, message: Message): void {
    this.outbox.say({ kind: 'send', to, message: message as JsonValue });
  }

  /** Asks for a `tick` after one heartbeat interval. */
  scheduleTick(): void {
    this.outbox.say({ kind: 'timer', name: 'tick', delayMs: this.settings.heartbeatMs });
  }

  /**
   * The next election lies one to two timeouts ahead, so that seldom two begin at once (5.2). A leader's
   * every sign of life moves the deadline; the timer is only touched where it would be late.
   */
  postponeElection(): void {
    const timeout = this.settings.electionTimeoutMs;
    this.electionDeadlineMs = this.now.monotonicMs + timeout + this.random.integer(timeout);
    if (this.electionDeadlineMs < this.electionTimerMs) this.scheduleElection();
  }

  scheduleElection(): void {
    this.electionTimerMs = this.electionDeadlineMs;
    const delayMs = Math.max(1, this.electionDeadlineMs - this.now.monotonicMs);
    this.outbox.say({ kind: 'timer', name: 'election', delayMs });
  }

  answer(requester: Requester, answer: Answer): void {
    if (requester.kind === 'client') {
      const { status, body } = answer;
      this.outbox.say({ kind: 'reply', id: requester.id, status, body });
      return;
    }
    const replies = this.forwardReplies.get(requester.name);
    if (replies) replies.push({ id: requester.id, answer });
    else this.forwardReplies.set(requester.name, [{ id: requester.id, answer }]);
  }

  say(line: string): void {
    this.outbox.say({ kind: 'log', line: `term ${this.term}: ${line}` });
  }

  /**
   * Something that cannot be in a sound cluster. Going on would make it worse, so the node ends by a
   * `SafetyViolation`; with a seeded bug it goes on, as a server without this guard would.
   */
  violated(reason: string): void {
    if (this.bugs.size === 0) throw new SafetyViolation(reason);
    this.say(`safety violated: ${reason}`);
  }

  /** The effects of the step. Answers to one peer travel together. */
  flush(): Effect[] {
    for (const [peer, replies] of this.forwardReplies) {
      this.send(peer, { type: 'forward-replies', term: this.term, replies });
    }
    this.forwardReplies.clear();
    return this.outbox.flush();
  }
}
