import type { JuteReader, JuteWriter } from './jute.js';

/**
 * The records of zookeeper-jute/src/main/resources/zookeeper.jute that the client uses, field by field in
 * their order. Session ids and zxids are 64 bits wide: bigint.
 */

/** ZooDefs.OpCode: what kind of request a header announces. */
export const OpCode = {
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  create2: 15,
  reconfig: 16,
  createContainer: 19,
  createTTL: 21,
  setWatches: 101,
  closeSession: -11,
  error: -1,
} as const;

/** Transaction ids with a meaning of their own. */
export const Xid = { watchEvent: -1, ping: -2, setWatches: -8 } as const;

/** CreateMode's flags. From `container` on they need 3.5 or later, and a request type of their own. */
export const CREATE_FLAGS = {
  persistent: 0,
  ephemeral: 1,
  'persistent-sequential': 2,
  'ephemeral-sequential': 3,
  container: 4,
  'persistent-ttl': 5,
  'persistent-sequential-ttl': 6,
} as const;

export type CreateMode = keyof typeof CREATE_FLAGS;

/** Watcher.Event.EventType. */
const EVENT_TYPES = {
  1: 'created',
  2: 'deleted',
  3: 'changed',
  4: 'children',
} as const satisfies Record<number, string>;

type WatchEventType = (typeof EVENT_TYPES)[keyof typeof EVENT_TYPES];

export interface Stat {
  czxid: bigint;
  mzxid: bigint;
  ctime: bigint;
  mtime: bigint;
  version: number;
  cversion: number;
  aversion: number;
  ephemeralOwner: bigint;
  dataLength: number;
  numChildren: number;
  pzxid: bigint;
}

export function readStat(reader: JuteReader): Stat {
  return {
    czxid: reader.long(),
    mzxid: reader.long(),
    ctime: reader.long(),
    mtime: reader.long(),
    version: reader.int(),
    cversion: reader.int(),
    aversion: reader.int(),
    ephemeralOwner: reader.long(),
    dataLength: reader.int(),
    numChildren: reader.int(),
    pzxid: reader.long(),
  };
}

/** What a client says first: who it is, and the last transaction it has seen. */
export interface ConnectRequest {
  lastZxidSeen: bigint;
  timeoutMs: number;
  sessionId: bigint;
  password: Buffer;
}

export function writeConnectRequest(writer: JuteWriter, request: ConnectRequest): void {
  writer.int(0).long(request.lastZxidSeen).int(request.timeoutMs);
  writer.long(request.sessionId).buffer(request.password);
  // Whether a read-only server would do: the field is absent before 3.4 and ignored there.
  writer.boolean(false);
}

export interface ConnectResponse {
  timeoutMs: number;
  sessionId: bigint;
  password: Buffer;
}

export function readConnectResponse(reader: JuteReader): ConnectResponse {
  reader.int();
  return {
    timeoutMs: reader.int(),
    sessionId: reader.long(),
    password: Buffer.from(reader.buffer() ?? []),
  };
}

export interface ReplyHeader {
  xid: number;
  zxid: bigint;
  error: number;
}

export function readReplyHeader(reader: JuteReader): ReplyHeader {
  return { xid: reader.int(), zxid: reader.long(), error: reader.int() };
}

export interface WatchEvent {
  /** Undefined for what is said about the session and not about a node. */
  type: WatchEventType | undefined;
  path: string;
}

export function readWatchEvent(reader: JuteReader): WatchEvent {
  const number = reader.int();
  // The state of the session: the connection itself says more.
  reader.int();
  const type = (EVENT_TYPES as Record<number, WatchEventType | undefined>)[number];
  return { type, path: reader.string() ?? '' };
}

/** Everybody may do everything: the harness tests consistency, not access. */
export function writeOpenAcl(writer: JuteWriter): void {
  const all = 0x1f;
  writer.vector(['anyone'], (w, id) => w.int(all).string('world').string(id));
}
