import type { JsonValue } from '../../../harness/json.js';
import type { Change, Transaction, Znode } from './messages.js';
import { nameOf, parentOf } from './paths.js';

const ROOT: Znode = {
  value: null,
  version: 0,
  cversion: 0,
  czxid: 0,
  mzxid: 0,
  pzxid: 0,
  owner: 0,
};

const NONE: ReadonlySet<string> = new Set();

/**
 * The data tree with the table of sessions: what transactions are applied to. Znodes are shared between
 * trees and never changed, so a copy costs one entry of a map per znode.
 */
export class DataTree {
  private readonly nodes = new Map<string, Znode>([['/', ROOT]]);
  private readonly children = new Map<string, Set<string>>();
  /** The ephemeral nodes of each session. */
  private readonly ephemerals = new Map<number, Set<string>>();
  /** The timeout of each session that is open, in milliseconds. */
  readonly sessions = new Map<number, number>();

  get(path: string): Znode | undefined {
    return this.nodes.get(path);
  }

  childrenOf(path: string): ReadonlySet<string> {
    return this.children.get(path) ?? NONE;
  }

  ephemeralsOf(session: number): ReadonlySet<string> {
    return this.ephemerals.get(session) ?? NONE;
  }

  apply(transaction: Transaction): void {
    for (const change of transaction.changes) this.change(change);
    if (transaction.open) this.sessions.set(transaction.zxid, transaction.open.timeoutMs);
    if (transaction.close !== undefined) this.sessions.delete(transaction.close);
  }

  change({ path, node }: Change): void {
    const before = this.nodes.get(path);
    if (before && before.owner !== 0) leave(this.ephemerals, before.owner, path);
    if (node) {
      this.nodes.set(path, node);
      if (!before) enter(this.children, parentOf(path), nameOf(path));
      if (node.owner !== 0) enter(this.ephemerals, node.owner, path);
    } else if (before) {
      this.nodes.delete(path);
      leave(this.children, parentOf(path), nameOf(path));
    }
  }

  copy(): DataTree {
    const copy = new DataTree();
    for (const [path, node] of this.nodes) copy.change({ path, node });
    for (const [session, timeoutMs] of this.sessions) copy.sessions.set(session, timeoutMs);
    return copy;
  }

  /** JSON; only the znodes themselves are shared, and nobody changes those. */
  save(): { tree: JsonValue; sessions: [number, number][] } {
    return { tree: [...this.nodes], sessions: [...this.sessions] };
  }

  static restore(tree: JsonValue, sessions: readonly [number, number][]): DataTree {
    const restored = new DataTree();
    for (const [path, node] of tree as [string, Znode][]) restored.change({ path, node });
    for (const [session, timeoutMs] of sessions) restored.sessions.set(session, timeoutMs);
    return restored;
  }
}

function enter<K>(index: Map<K, Set<string>>, key: K, item: string): void {
  const items = index.get(key);
  if (items) items.add(item);
  else index.set(key, new Set([item]));
}

function leave<K>(index: Map<K, Set<string>>, key: K, item: string): void {
  const items = index.get(key);
  items?.delete(item);
  if (items?.size === 0) index.delete(key);
}
