import type { Change, Transaction } from './messages.js';
import { parentOf } from './paths.js';
import type { DataTree } from './tree.js';

export type WatchKind = 'data' | 'children';

export type WatchEvent = {
  type: 'created' | 'changed' | 'deleted' | 'children';
  path: string;
  zxid: number;
};

/** A watch set anew; `zxid` is that of the znode as the client knows it, 0 where there was none. */
export interface WatchRenewal {
  path: string;
  kind: WatchKind;
  zxid: number;
}

/** What a session is owed by the server that it is connected to. */
interface Connected {
  /** Tells this connection from an earlier one of the session to this server. */
  connection: number;
  events: WatchEvent[];
  /** With the bug `late-watch`: what is held back to the next tick. */
  late: WatchEvent[];
}

/**
 * The watches of this server's sessions: each fires once, at the first transaction that touches what was read.
 * An event is queued when its transaction is applied, and every answer to a session takes the queue along: so
 * no client sees new data before the event that tells of it. Sessions that are connected here are known here
 * alone, and forgotten when the server loses its leader, as a TCP connection would be closed.
 */
export class Watches {
  private readonly sessions = new Map<number, Connected>();
  /** `isLate`: the bug of that name. */
  constructor(private readonly isLate: boolean) {}

  private readonly watchers: Record<WatchKind, Map<string, Set<number>>> = {
    data: new Map(),
    children: new Map(),
  };

  /** Begins, or begins anew; what happened meanwhile to what it watches, it is told at once. */
  connect(
    session: number,
    connection: number,
    renewals: readonly WatchRenewal[],
    tree: DataTree,
  ): void {
    const events: WatchEvent[] = [];
    this.sessions.set(session, { connection, events, late: [] });
    for (const { path, kind, zxid } of renewals) {
      const znode = tree.get(path);
      const changed = kind === 'data' ? znode?.mzxid : znode?.pzxid;
      if (changed === undefined && zxid > 0) events.push({ type: 'deleted', path, zxid });
      else if (changed === undefined || changed <= zxid) this.watch(kind, path, session);
      else events.push({ type: kind === 'data' ? 'changed' : 'children', path, zxid: changed });
    }
  }

  /** Once per tick. */
  releaseLate(): void {
    for (const { events, late } of this.sessions.values()) events.push(...late.splice(0));
  }

  /** The session's connection here; undefined without one. */
  connectionOf(session: number): number | undefined {
    return this.sessions.get(session)?.connection;
  }

  disconnect(session: number): void {
    this.sessions.delete(session);
  }

  clear(): void {
    this.sessions.clear();
    this.watchers.data.clear();
    this.watchers.children.clear();
  }

  watch(kind: WatchKind, path: string, session: number): void {
    const watchers = this.watchers[kind].get(path);
    if (watchers) watchers.add(session);
    else this.watchers[kind].set(path, new Set([session]));
  }

  /** The events that an answer takes along, oldest first. */
  take(session: number): WatchEvent[] {
    return this.sessions.get(session)?.events.splice(0) ?? [];
  }

  /** To be called before the transaction is applied. */
  fire(tree: DataTree, { changes, zxid }: Transaction): void {
    if (this.sessions.size === 0) return;
    for (const change of changes) this.fireChange(tree, change, zxid);
  }

  private fireChange(tree: DataTree, { path, node }: Change, zxid: number): void {
    const before = tree.get(path);
    if (before && node && node.mzxid !== zxid) return;
    const type = !node ? 'deleted' : before ? 'changed' : 'created';
    this.notify('data', path, { type, path, zxid });
    if (type === 'changed') return;
    if (type === 'deleted') this.notify('children', path, { type, path, zxid });
    const parent = parentOf(path);
    this.notify('children', parent, { type: 'children', path: parent, zxid });
  }

  private notify(kind: WatchKind, path: string, event: WatchEvent): void {
    const watchers = this.watchers[kind].get(path);
    if (!watchers) return;
    this.watchers[kind].delete(path);
    for (const session of watchers) {
      const connected = this.sessions.get(session);
      if (this.isLate) connected?.late.push(event);
      else connected?.events.push(event);
    }
  }
}
