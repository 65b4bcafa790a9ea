import type { JuteWriter } from './jute.js';
import type { WatchEvent } from './records.js';

export type WatchListener = (event: WatchEvent) => void;

/** What a watch hangs on: a node's data, its absence, or the list of its children. */
type WatchKind = 'data' | 'exists' | 'children';

export interface Watch {
  kind: WatchKind;
  path: string;
  listener: WatchListener;
}

/** Which watches an event takes with it (ZKWatchManager.materialize). Each fires once. */
const TAKEN: Readonly<Record<NonNullable<WatchEvent['type']>, readonly WatchKind[]>> = {
  created: ['data', 'exists'],
  changed: ['data', 'exists'],
  deleted: ['data', 'exists', 'children'],
  children: ['children'],
};

/** The watches of one session, by kind and path. */
export class Watches {
  readonly #byKind = {
    data: new Map<string, WatchListener[]>(),
    exists: new Map<string, WatchListener[]>(),
    children: new Map<string, WatchListener[]>(),
  };

  add({ kind, path, listener }: Watch): void {
    const byPath = this.#byKind[kind];
    byPath.set(path, [...(byPath.get(path) ?? []), listener]);
  }

  /** Calls, before it returns, everyone whom this event concerns. */
  fire(event: WatchEvent): void {
    if (event.type === undefined) return;
    for (const kind of TAKEN[event.type]) {
      const listeners = this.#byKind[kind].get(event.path) ?? [];
      this.#byKind[kind].delete(event.path);
      for (const listener of listeners) listener(event);
    }
  }

  isEmpty(): boolean {
    return Object.values(this.#byKind).every((byPath) => byPath.size === 0);
  }

  /** A SetWatches request: what a server that has not seen this session before must watch from `zxid` on. */
  write(writer: JuteWriter, zxid: bigint): void {
    writer.long(zxid);
    for (const kind of ['data', 'exists', 'children'] as const) {
      writer.vector([...this.#byKind[kind].keys()], (w, path) => w.string(path));
    }
  }

  clear(): void {
    for (const byPath of Object.values(this.#byKind)) byPath.clear();
  }
}
