import type { Effect, Instant, ProgramConfig } from '../../../harness/contracts/program.js';
import type { Random } from '../../../harness/environment/random.js';
import type { JsonObject, JsonValue } from '../../../harness/json.js';
import { Outbox } from '../../replication/outbox.js';
import type { ZabBug } from './bugs.js';
import type { Channel } from './channel.js';
import type { Leading } from './leading.js';
import { TransactionLog } from './log.js';
import type {
  Answer,
  Epochs,
  LogRecord,
  Message,
  Notification,
  Snapshot,
  Transaction,
  Vote,
} from './messages.js';
import type { Requester } from './requester.js';
import { parseSettings, type ZabSettings } from './settings.js';
import { DataTree } from './tree.js';
import { type WatchEvent, type WatchRenewal, Watches } from './watches.js';
import { formatZxid } from './zxid.js';

export type Role = 'looking' | 'following' | 'leading';

/** What a follower knows of its leader; gone when either gives up. */
export interface Following {
  readonly leader: string;
  readonly channel: Channel;
  readonly sinceMs: number;
  lastHeardMs: number;
  phase: 'discovery' | 'synchronization' | 'broadcast';
  /** The leader's epoch; null until it has said it. */
  epoch: number | null;
  /** It has all of the leader's history, so every proposal from here on is acknowledged. */
  hasHistory: boolean;
}

/** A client's read; with `isSync` it waits for the leader first. */
export interface PendingRead {
  id: number;
  sinceMs: number;
  serve: () => JsonObject;
}

/** A transaction that was applied, or null where a snapshot took the place of all up to its zxid. */
export interface Delivery {
  zxid: number;
  transaction: Transaction | null;
}

/** The server has seen what must not be; it stops without writing or saying anything more. */
export class SafetyViolation extends Error {
  override readonly name = 'SafetyViolation';
}

/** How long a client waits for an answer at most before it is told that nobody knows. */
export const REQUEST_TIMEOUT_MS = 5000;

/**
 * All that a server knows. The files beside this one each hold one concept of the protocol as functions over
 * it; this one holds what they share. Only `epochs`, `log` and `snapshot` survive a restart.
 */
export class ZabNode {
  readonly name: string;
  readonly members: readonly string[];
  readonly settings: ZabSettings;
  readonly outbox = new Outbox();
  readonly log = new TransactionLog();
  epochs: Epochs = { accepted: 0, current: 0 };
  snapshot: Snapshot | null = null;
  tree = new DataTree();
  /** The last transaction that is in the tree; all up to here is committed. */
  delivered = 0;
  /** Transactions delivered since the last snapshot. */
  deliveredSinceSnapshot = 0;
  /** With the bug `hole-in-log`: what it was synchronized with. */
  readonly holes = new Set<number>();
  /** What this step has delivered: for the monitor of the simulation. */
  deliveries: Delivery[] = [];
  now: Instant = { monotonicMs: 0, wallMs: 0 };

  role: Role = 'looking';
  round = 0;
  vote: Vote;
  /** Votes of this round, and what servers that are not looking say. */
  votes = new Map<string, Vote>();
  settled = new Map<string, Notification>();
  /** It has given up its leader and not begun to look for another one. */
  needsElection = true;
  /** Set while a quorum agrees and a better vote may still come. */
  isFinalizing = false;
  following: Following | null = null;
  leading: Leading | null = null;

  /** Requests of clients that the leader was asked about, by their id. */
  readonly forwarded = new Map<number, { sinceMs: number }>();
  /** Reads that wait for a sync: collected, and asked for under the id of the sync. */
  collectedReads: PendingRead[] = [];
  askedReads: { id: number; reads: PendingRead[] } | null = null;

  /** Sessions connected here, and what they watch. */
  readonly watches: Watches;
  /** Sessions heard of since the leader was last told. */
  readonly touched = new Set<number>();
  /** Whose request it is, by id, for those of sessions; and the watches that come with a `/connect`. */
  readonly sessionOf = new Map<number, number>();
  readonly renewals = new Map<number, readonly WatchRenewal[]>();

  private boot = '';
  private sequence = 0;
  private random: Random;
  private readonly bugs: ReadonlySet<string>;
  private readonly replies = new Map<Channel, { id: number; answer: Answer }[]>();

  constructor(config: ProgramConfig) {
    this.name = config.name;
    this.members = [...config.members].sort();
    this.settings = parseSettings(config.settings);
    this.random = config.random;
    this.bugs = config.bugs;
    this.watches = new Watches(this.has('late-watch'));
    this.vote = { leader: this.name, epoch: 0, zxid: 0 };
  }

  get peers(): string[] {
    return this.members.filter((member) => member !== this.name);
  }

  get quorum(): number {
    return Math.floor(this.members.length / 2) + 1;
  }

  /** The leader that it serves clients with; null while there is none. */
  get leader(): string | null {
    if (this.leading?.phase === 'broadcast') return this.name;
    return this.following?.phase === 'broadcast' ? this.following.leader : null;
  }

  has(bug: ZabBug): boolean {
    return this.bugs.has(bug);
  }

  /** Begins an incarnation: an equal seed after a restart must not give an equal name. */
  beginIncarnation(): void {
    const label = `${this.name}-${this.now.wallMs}-${this.now.monotonicMs}`;
    this.random = this.random.fork(label);
    this.boot = `${label}-${this.random.integer(2 ** 32)}`;
  }

  nextSequence(): number {
    return ++this.sequence;
  }

  /** A name for a connection that none had before. */
  nameConnection(): string {
    return `${this.boot}/${this.nextSequence()}`;
  }

  ticks(count: number): number {
    return count * this.settings.tickMs;
  }

  scheduleTick(): void {
    this.outbox.say({ kind: 'timer', name: 'tick', delayMs: this.settings.tickMs });
  }

  setEpochs(epochs: Epochs): void {
    this.epochs = epochs;
    if (!this.has('forget-epoch')) this.persist(epochs);
  }

  persist(record: LogRecord): void {
    this.outbox.persist(record as JsonValue);
  }

  /** Before a follower acknowledges anything. */
  whenDurable(action: () => void): void {
    if (this.has('early-ack')) action();
    else this.outbox.whenDurable(action);
  }

  send(to: string, message: Message): void {
    this.outbox.say({ kind: 'send', to, message: message as JsonValue });
  }

  answer(requester: Requester, answer: Answer): void {
    if (requester.kind === 'client') {
      const { status, body } = this.withEvents(requester.id, answer);
      this.outbox.say({ kind: 'reply', id: requester.id, status, body });
      return;
    }
    const replies = this.replies.get(requester.channel);
    const reply = { id: requester.id, answer };
    if (replies) replies.push(reply);
    else this.replies.set(requester.channel, [reply]);
  }

  /** An answer to a session takes along what its watches saw so far. */
  private withEvents(id: number, answer: Answer): Answer {
    const connected = this.connectIfAsked(id, answer);
    const session = this.sessionOf.get(id);
    if (session === undefined) return connected;
    this.sessionOf.delete(id);
    const events: WatchEvent[] = this.watches.take(session);
    return { status: connected.status, body: { ...connected.body, events } };
  }

  /** A session that was opened or moved is connected here from its answer on. */
  private connectIfAsked(id: number, answer: Answer): Answer {
    const renewals = this.renewals.get(id);
    this.renewals.delete(id);
    if (!renewals || answer.status !== 200) return answer;
    const session = answer.body.session as number;
    const connection = this.nextSequence();
    this.watches.connect(session, connection, renewals, this.tree);
    this.sessionOf.set(id, session);
    return { status: 200, body: { ...answer.body, connection } };
  }

  say(line: string): void {
    this.outbox.say({ kind: 'log', line: `epoch ${this.epochs.current}: ${line}` });
  }

  /**
   * Something that cannot be in a sound ensemble. Going on would make it worse, so the server ends by a
   * `SafetyViolation`; with a seeded bug it goes on, as a server without this guard would.
   */
  violated(reason: string): void {
    if (this.bugs.size === 0) throw new SafetyViolation(reason);
    this.say(`safety violated: ${reason}`);
  }

  /** The effects of the step. Answers to one learner travel together, behind what they rest on. */
  flush(): Effect[] {
    for (const [channel, replies] of this.replies) {
      channel.send({ type: 'replies', replies }, this.now.monotonicMs);
    }
    this.replies.clear();
    return this.outbox.flush();
  }

  describe(): JsonObject {
    const { accepted, current } = this.epochs;
    return {
      name: this.name,
      role: this.role,
      phase: (this.leading ?? this.following)?.phase ?? 'election',
      epoch: current,
      acceptedEpoch: accepted,
      round: this.round,
      leader: this.leader,
      ready: this.leader !== null,
      delivered: formatZxid(this.delivered),
      last: formatZxid(this.log.last),
      sessions: this.tree.sessions.size,
    };
  }
}
