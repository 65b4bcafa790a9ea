import type { Clock } from '../environment/environment.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { FileStore } from './file-store.js';
import type { NodeCommand, NodeSetup } from './starts/node-setup.js';
import type { Program } from './program.js';
import type { ProgramReference } from './starts/start.js';

/** Carries messages to peers; it may lose them, never change them. */
export interface Transport {
  send(to: string, message: JsonValue): void;
}

/** Why a node cannot go on. `program`: it asked for it, or threw; `bug` marks the latter. */
export type HaltKind = 'program' | 'bug' | 'disk' | 'corrupt-log';

/** Everything that a host needs from outside; real in a process of its own, virtual in the simulation. */
export interface HostParts {
  program: Program;
  clock: Clock;
  files: FileStore;
  transport: Transport;
  /** One of the target's durability modes. */
  durability: string;
  log: (line: string) => void;
  /** Called once; the host does nothing any more after it. */
  onHalt: (kind: HaltKind, reason: string) => void;
  segmentBytes?: number;
}

/** Takes the answer to one request: a status as in HTTP, and a JSON body. */
export type ReplyHandler = (status: number, body: JsonValue) => void;

/** Runs one program on the parts that it was given: the same code in a process and in the simulation. */
export interface ProgramHost {
  /** Reads the log and starts the program on it. To be called once; `ready` when that is done. */
  start(ready: () => void): void;
  receive(from: string, message: JsonValue): void;
  /** Hands a client's request in. Returns what to call when the client has gone away. */
  request(path: string, body: JsonValue, reply: ReplyHandler): () => void;
  /** Writes everything to the disk, for a node that is asked to end. */
  flush(done: () => void): void;
  /** What the program says of itself, with figures of the host under `host`. */
  status(): JsonObject;
}

/** What runs programs. Runtimes know none themselves: who makes a runtime brings it along. */
export interface HostKit {
  create(parts: HostParts): ProgramHost;
  /** What a process of such a host ends with, by what ended it. */
  exitCodes: Readonly<Record<HaltKind, number>>;
  /** How to start a node of this program as a child process. */
  command(program: ProgramReference, setup: NodeSetup): NodeCommand;
  /** The module that such a process runs, for those who lay it elsewhere, and its arguments there. */
  entry: URL;
  argumentsFor(moduleUrl: string, exported: string, configFile: string): string[];
}
