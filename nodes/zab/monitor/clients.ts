import type { Effect, Input } from '../../../harness/contracts/program.js';
import { BrokenInvariant } from '../../../harness/contracts/protocol-monitor.js';
import type { JsonObject } from '../../../harness/json.js';
import type { Transaction } from '../state/messages.js';
import type { ZabNode } from '../state/node.js';
import type { WatchEvent } from '../state/watches.js';
import { formatZxid } from '../state/zxid.js';

/** A `/session` or `/connect`: the leader hears of it between the request and the answer. */
interface Connection {
  server: string;
  askedAt: number;
  answeredAt: number;
}

interface Asked {
  connection: Connection | null;
  path: string;
  body: JsonObject;
  /** The least zxid that the answer may show, and the one that the client had seen. */
  least: number;
  seen: number;
}

type Request = Extract<Input, { kind: 'request' }>;
type Reply = Extract<Effect, { kind: 'reply' }>;

/** What clients of one run are promised besides the order of writes. */
export class ClientRules {
  /** The highest zxid in an answer so far. */
  private acknowledged = 0;
  private readonly asked = new Map<string, Map<number, Asked>>();
  /** By session: the servers that it was connected to, or asked to be, as far as that can still matter. */
  private readonly connections = new Map<number, Connection[]>();
  private requests = 0;
  /** Transactions that must not be delivered, and why. */
  private readonly strays = new Map<number, string>();
  /** Sessions that are open, and the ephemeral nodes with their owners, after all that was delivered. */
  private readonly open = new Set<number>();
  private readonly ephemerals = new Map<string, number>();
  /** By server, session and path: the `mzxid` that a watch was set at. */
  private readonly watched = new Map<string, number>();

  /** Whoever asked an earlier incarnation gets no answer, and its watches are gone. */
  forget(name: string): void {
    this.asked.set(name, new Map());
  }

  requested({ name, settings }: Readonly<ZabNode>, { id, path, body }: Request): void {
    if (body === null || typeof body !== 'object' || Array.isArray(body)) return;
    const isSync = path === '/sync' || (body.sync ?? settings.reads === 'sync') === true;
    const least = isSync ? this.acknowledged : 0;
    const seen = typeof body.zxid === 'number' ? body.zxid : 0;
    const askedAt = ++this.requests;
    let connection: Connection | null = null;
    if (path === '/connect' || path === '/session') {
      connection = { server: name, askedAt, answeredAt: Infinity };
      if (typeof body.session === 'number') this.connectionsOf(body.session).push(connection);
    }
    this.asked.get(name)?.set(id, { connection, path, body, least, seen });
  }

  answered({ name }: Readonly<ZabNode>, { id, status, body }: Reply): void {
    const asked = this.asked.get(name)?.get(id);
    this.asked.get(name)?.delete(id);
    if (!asked) return;
    const answer = body as JsonObject;
    const { session } = asked.body;
    if (typeof session === 'number') this.heard(name, session, answer);
    if (status !== 200) return;
    this.checkFreshness(name, asked, answer);
    if (asked.connection) this.connected(name, asked.connection, answer.session as number);
    if (typeof session === 'number') this.checkWatches(name, session, asked, answer);
  }

  /**
   * A leader makes a transaction for a session: not through a server that it has certainly left, or the
   * transaction must not be delivered. A deposed leader may not have heard of the move.
   */
  proposed({ by, zxid }: Transaction): void {
    if (!by) return;
    const connections = this.connectionsOf(by.session);
    const last = connections.findLast(({ answeredAt }) => answeredAt < Infinity);
    if (!last) return;
    const mayBeThere = connections.some(
      ({ server, answeredAt }) => server === by.server && answeredAt > last.askedAt,
    );
    if (mayBeThere) return;
    this.strays.set(zxid, `came through ${by.server}, its session had moved to ${last.server}`);
  }

  /**
   * Sessions do what they may, and an ephemeral node ends with its session. Told of each transaction once, in their order: what is in
   * the trees follows from that.
   */
  delivered({ zxid, changes, open, close }: Transaction): void {
    const stray = this.strays.get(zxid);
    if (stray !== undefined) {
      throw new BrokenInvariant('session ownership', `${formatZxid(zxid)} ${stray}`);
    }
    if (open) this.open.add(zxid);
    for (const { path, node } of changes) {
      this.ephemerals.delete(path);
      if (!node || node.owner === 0) continue;
      this.ephemerals.set(path, node.owner);
      if (this.open.has(node.owner)) continue;
      const detail = `${formatZxid(zxid)} makes ${path} for session ${node.owner}, which is over`;
      throw new BrokenInvariant('ephemeral lifetime', detail);
    }
    if (close === undefined) return;
    this.open.delete(close);
    for (const [path, owner] of this.ephemerals) {
      if (owner !== close) continue;
      const detail = `${formatZxid(zxid)} closes session ${close} and leaves ${path}`;
      throw new BrokenInvariant('ephemeral lifetime', detail);
    }
  }

  private connectionsOf(session: number): Connection[] {
    let connections = this.connections.get(session);
    if (!connections) this.connections.set(session, (connections = []));
    return connections;
  }

  private checkFreshness(name: string, { path, least, seen }: Asked, { zxid }: JsonObject): void {
    if (typeof zxid !== 'number') return;
    if (isRead(path) && zxid < seen) {
      const detail = `${name} shows ${formatZxid(zxid)} to a client that has seen ${formatZxid(seen)}`;
      throw new BrokenInvariant('single system image', detail);
    }
    if (isRead(path) && zxid < least) {
      const detail =
        `${name} shows ${formatZxid(zxid)}, and ${formatZxid(least)} was acknowledged ` +
        'before it was asked';
      throw new BrokenInvariant('read freshness', detail);
    }
    this.acknowledged = Math.max(this.acknowledged, zxid);
  }

  private connected(name: string, connection: Connection, session: number): void {
    connection.answeredAt = ++this.requests;
    const known = this.connectionsOf(session);
    if (!known.includes(connection)) known.push(connection);
    const matter = known.filter(({ answeredAt }) => answeredAt > connection.askedAt);
    this.connections.set(session, matter);
    const prefix = `${name} ${session} `;
    for (const key of this.watched.keys()) if (key.startsWith(prefix)) this.watched.delete(key);
  }

  /** A refusal brings events too. */
  private heard(name: string, session: number, answer: JsonObject): void {
    for (const event of (answer.events ?? []) as WatchEvent[]) {
      if (event.type !== 'children') this.watched.delete(`${name} ${session} ${event.path}`);
    }
  }

  /** A watch fires before its client sees the new data: in an earlier answer or in the same one. */
  private checkWatches(name: string, session: number, asked: Asked, answer: JsonObject): void {
    if (asked.path !== '/get') return;
    const key = `${name} ${session} ${asked.body.path as string}`;
    const mzxid = typeof answer.mzxid === 'number' ? answer.mzxid : 0;
    const watchedAt = this.watched.get(key);
    if (watchedAt !== undefined && watchedAt !== mzxid) {
      const detail = `${name} shows session ${session} ${String(asked.body.path)} before the event of it`;
      throw new BrokenInvariant('watch before data', detail);
    }
    if (asked.body.watch === true) this.watched.set(key, mzxid);
  }
}

function isRead(path: string): boolean {
  return path === '/get' || path === '/children' || path === '/sync';
}
