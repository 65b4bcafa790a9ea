/** What a node needs to know to be started as a process of its own. */
export interface NodeSetup {
  name: string;
  /** 0 … nodes − 1. */
  index: number;
  dataDirectory: string;
  /** Where it keeps a copy of what it has synced (`SyncedCopy`), so that its power can be cut; absent: no copy. */
  syncedDirectory?: string;
  /** Where it listens. */
  clientAddress: { host: string; port: number };
  peerAddress: { host: string; port: number };
  /** The other nodes' peer addresses as this node must dial them (through a proxy, where there is one). */
  peers: readonly { name: string; host: string; port: number }[];
  /** The members at the start, where `peers` has nodes that only may become members; else all nodes. */
  members?: readonly string[];
  durability: string;
  settings: Readonly<Record<string, string>>;
  bugs: readonly string[];
  seed: number;
}

/** A program with arguments: given to the system as it is, never to a shell. */
export interface NodeCommand {
  file: string;
  args: readonly string[];
  environment?: Readonly<Record<string, string>>;
  /** Written to its standard input at the start, one line, where the program wants it. */
  firstLine?: string;
}
