import type { JsonObject, JsonValue } from '../json.js';

/** The endpoint that stands for all clients in links: `{ from: CLIENTS, to: 'n1' }`. */
export const CLIENTS = 'clients';

/** What a runtime may be able to do to a cluster; a nemesis asks for what it needs. */
export type Capability =
  | 'kill'
  | 'upgrade'
  | 'memory'
  | 'cpu'
  | 'pause'
  | 'cut'
  | 'delay'
  | 'reset'
  | 'loss'
  | 'bandwidth'
  | 'reorder'
  | 'duplicate'
  | 'clock'
  | 'power'
  | 'disk-full'
  | 'disk-slow'
  | 'disk-read-only'
  | 'disk-errors'
  | 'disk-damage';

export type NodeState = 'stopped' | 'starting' | 'running' | 'paused' | 'crashed';

/** One direction of the connection between two endpoints (nodes, or `CLIENTS`). */
export interface Link {
  from: string;
  to: string;
}

/** An answer to a request made over a client connection of our own nodes. */
export interface NodeReply {
  /** As in HTTP: 200 done, 4xx certainly not done, 5xx see `certain` in the body. */
  status: number;
  body: JsonValue;
}

/**
 * A way to talk to one node as a client does: through the network that the harness can cut. Over HTTP in
 * the process and Docker runtimes, over the virtual network in the simulation.
 * Throws a `ClientError` with the codes `refused` (certainly nothing was sent), `reset`, `timeout`.
 */
export interface NodeConnection {
  request(path: string, body: JsonValue, timeoutMs: number): Promise<NodeReply>;
  close(): Promise<void>;
}

/** What a power cut took: everything that was written and not synced. */
export interface PowerLoss {
  /** Bytes that the node had written and that are gone. */
  lostBytes: number;
  /** Files that are shorter, older or gone altogether. */
  lostFiles: number;
}

/** How a node's wall clock differs from the true one. */
export interface ClockSkew {
  /** Added at once; negative is into the past. */
  offsetMs: number;
  /** Microseconds gained in each second from now on; negative for a slow clock. */
  driftPpm: number;
  /** Skewed and right by turns, each for about so long. Absent: skewed all the time. */
  strobeMs?: number;
  /**
   * Its monotonic clock, too, which must not go back: no negative offset, no strobing, no drift of -1e6 or less.
   * Put right, it goes at the true rate again and keeps what it has gained or lost.
   */
  monotonic?: boolean;
}

/** What the wall clock of a node showed, and when: all in milliseconds since 1970. */
export interface ClockReading {
  wallMs: number;
  /** By the harness's own wall clock it showed that at some moment between these two. */
  fromMs: number;
  untilMs: number;
}

/** How a disk misbehaves under a node that runs. */
export type DiskFault =
  | { kind: 'full' }
  | { kind: 'read-only' }
  /** Every write and sync fails. */
  | { kind: 'errors' }
  /** Every sync takes so much longer. */
  | { kind: 'slow'; delayMs: number };

/** What is done to the newest file of a node's log while it is down. `draw` in [0, 1) says where. */
export interface DiskDamage {
  kind: 'flip-bit' | 'truncate-tail';
  draw: number;
}

/** What became of a small write and sync on a node's disk, beside the node's own files. */
export interface DiskProbe {
  /** As the operating system names it (`ENOSPC`, `EROFS`, `EIO`); absent where the disk obeyed. */
  refusal?: string;
  tookMs: number;
  /** How many syncs of anybody's were slowed down on this disk so far, where that is counted. */
  slowedSyncs?: number;
}

/** How a node ended that was asked to end. */
export interface Stop {
  /** From the request until it was seen gone. */
  tookMs: number;
  /** It had not ended when its time was over, and was killed. */
  killed: boolean;
  exitCode: number | null;
  signal: string | null;
}

/** What a node may take of its machine, what it takes, and how often it wanted more: as its cgroup counts. */
export interface Resources {
  memoryBytes: number;
  /** Of these, what the kernel may take back: copies of what is on the disk. */
  reclaimableBytes: number;
  memoryLimitBytes: number | null;
  /** Times that something had to give way for it to stay within its limit. */
  memoryHits: number;
  /** Processes that were killed because nothing could. */
  memoryKills: number;
  /** Null: as many as there are. */
  cpus: number | null;
  /** Periods in which it had used its share up, and for how long it was held back in all. */
  throttledPeriods: number;
  throttledMs: number;
}

/** What killed a node that nobody killed. */
export interface Crash {
  node: string;
  /** Nanoseconds since the run began. */
  time: number;
  exitCode: number | null;
  signal: string | null;
  /** The last lines of its log. */
  logTail: string;
  /** What the harness had done that lets it end, as a clause. */
  expected?: string;
  /** What the harness had done to its disk and not taken back, where a node may end because of that. */
  disk?: Exclude<DiskFault['kind'], 'slow'> | 'damaged';
}

/** The first step of a node after which an invariant of its protocol did not hold. */
export interface BrokenStep {
  node: string;
  /** Nanoseconds since the run began. */
  time: number;
  /** As the literature calls it. */
  invariant: string;
  /** The invariant and what broke it, as a sentence. */
  message: string;
}

/** What a monitor of the nodes' protocol has seen so far. */
export interface ProtocolWatch {
  steps: number;
  broken: BrokenStep | undefined;
  /** When the watch ended before the run did, since disks were allowed to break their word. */
  endedNs: number | undefined;
}

export interface ClusterNode {
  readonly name: string;
  readonly state: NodeState;
  /** Where clients reach it: through the proxy in the process runtime, direct in Docker. */
  readonly address: { host: string; port: number };
  /** Where other nodes reach it. Present where the runtime gives it an address of its own. */
  readonly peerAddress?: { host: string; port: number };
  /** Resolves when the process runs, before it is ready to serve. */
  start(): Promise<void>;
  /** SIGKILL. Resolves when it is seen gone. */
  kill(): Promise<void>;
  /**
   * Asks it to end (SIGTERM), and kills it where it has not after `limitMs`, five seconds where absent. Resolves
   * when it is seen gone; at once for one that is down.
   */
  stop(limitMs?: number): Promise<Stop>;
  /** Names the life that it lives, as the system knows it: no other has this name. Undefined for one that is down. */
  incarnation(): Promise<string | undefined>;
  /**
   * Of a node that is down: what it runs from its next start on, with the same data at the same address. Present with
   * `upgrade`; the version is the run's own, or the one that its spec says it may be given.
   */
  changeVersion?(version: string): Promise<void>;
  /** From now on it may end by itself, for this reason; null: it may not. Present with `forget`. */
  expectEnd?(reason: string | null): void;
  /**
   * Of a node that is down: its data is gone for good, and when it starts it joins the cluster of these members, itself
   * among them.
   */
  forget?(members: readonly string[]): Promise<void>;
  /** Present with `memory` or `cpu`, of a node that runs. */
  resources?(): Promise<Resources>;
  /** Null: what it had at the start. Present with `memory`; the kernel kills a node that needs more. */
  limitMemory?(bytes: number | null): Promise<void>;
  /** In CPUs: 0.05. Null: what it had at the start. Present with `cpu`. */
  limitCpu?(cpus: number | null): Promise<void>;
  /** Present where the runtime has the capability `pause`. Each resolves when it is seen to be so. */
  pause?(): Promise<void>;
  resume?(): Promise<void>;
  /**
   * Gone at once, like `kill`, and with it all that was not synced. Present with the capability `power`.
   * `start` brings the node back on what is left.
   */
  cutPower?(): Promise<PowerLoss>;
  /**
   * Skews its wall clock from now on, over restarts too, until null puts it right. Present with `clock`,
   * as is `readClock`: its wall clock as its own process reads it.
   */
  skewClock?(skew: ClockSkew | null): Promise<void>;
  readClock?(): Promise<ClockReading>;
  /**
   * Present with the `disk-…` capability of the fault's kind, as is `probeDisk`. One fault at a time; null mends it,
   * for which the node may be killed: who mends it sees to it that the node runs.
   */
  breakDisk?(fault: DiskFault | null): Promise<void>;
  /** Of a node that runs. */
  probeDisk?(): Promise<DiskProbe>;
  /**
   * Present with `disk-damage`, for a node that is down. Says what was done, in a sentence. Null puts everything
   * back as it was before the damage: right only where the node has not come up on it since.
   */
  damageDisk?(damage: DiskDamage | null): Promise<string>;
  /** A connection of its own for one client. Present where the target speaks `NodeReply`s. */
  connect?(): NodeConnection;
  /**
   * Facts about it from the side, through no fault of ours: `target.status` over a way that no partition
   * cuts. Undefined where it does not answer within `timeoutMs`.
   */
  status(timeoutMs: number): Promise<JsonObject | undefined>;
  /** Brings its data directory into `nodes/<name>/data`, where it does not lie there anyway. */
  saveData?(): Promise<number>;
  /** The last `lines` lines of its log. */
  logTail(lines: number): Promise<string>;
}

/** What a cut has stopped: bytes, and attempts to connect. */
export interface HeldBack {
  bytes: number;
  connections: number;
}

/**
 * What shapes (limits, reorderings, duplications) have done to some links' traffic, counted where they work.
 * A packet is a message where the network carries messages.
 */
export interface ShapedTraffic {
  /** How many of the links have such a shape now, as read back from where it works. */
  links: number;
  /** Times that a limit made a packet wait; one packet may count more than once. */
  waits: number;
  /** Packets that found no room, because they would have had to wait too long. */
  dropped: number;
  /** Packets that overtook others. */
  reordered: number;
  /** Copies that were sent beside their originals. */
  duplicated: number;
}

export interface Network {
  /** The capabilities below that are there. */
  readonly capabilities: ReadonlySet<Capability>;
  /** Lets nothing pass in these directions until `heal`. */
  cut(links: readonly Link[]): Promise<void>;
  /** Adds this delay to what passes; jitter is uniform in [0, jitterMs]. */
  delay?(links: readonly Link[], parameters: { delayMs: number; jitterMs: number }): Promise<void>;
  /** Loses this share of the packets, 0 to 100, each by its own random draw. */
  loss?(links: readonly Link[], parameters: { percent: number }): Promise<void>;
  /** Lets no more than this through; what waits too long is dropped. */
  bandwidth?(links: readonly Link[], parameters: { bitsPerSecond: number }): Promise<void>;
  /** Delays all packets but this share, which overtake. */
  reorder?(links: readonly Link[], parameters: { percent: number; delayMs: number }): Promise<void>;
  /** Sends this share of the packets twice. */
  duplicate?(links: readonly Link[], parameters: { percent: number }): Promise<void>;
  /** Breaks the connections that exist now; new ones succeed. */
  reset?(links: readonly Link[]): Promise<number>;
  /** Takes back everything but resets on these links, or on all. */
  heal(links?: readonly Link[]): Promise<void>;
  /** What cuts and losses have held back in these directions so far, where the runtime can count it. */
  heldBack?(links: readonly Link[]): HeldBack | Promise<HeldBack>;
  /**
   * What shapes have done in these directions so far. Present with `bandwidth`, `reorder` or `duplicate`.
   * Counters only grow while a shape stays as it is; a change of it may begin them again.
   */
  shaped?(links: readonly Link[]): ShapedTraffic | Promise<ShapedTraffic>;
  /** Whether something sent by `from` is seen to arrive at `to` in time: one direction, measured. */
  probe(link: Link, timeoutMs: number): Promise<boolean>;
}

/** How long a node may take to end that was asked to. */
export const STOP_LIMIT_MS = 5_000;

/** Of a node that was down when it was asked to end. */
export const ALREADY_DOWN: Stop = { tookMs: 0, killed: false, exitCode: null, signal: null };

/** What every runtime calls the nodes of a cluster: n1, n2, … */
export function nodeNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index + 1}`);
}

export interface Cluster {
  readonly nodes: readonly ClusterNode[];
  readonly network: Network;
  /** Present where the runtime sees every step of every node, and the protocol has a monitor. */
  readonly watch?: ProtocolWatch;
  /** What the run's record should say of it: the image and its digest, the engine's version. */
  readonly facts?: JsonObject;
  /**
   * Called once, when all nodes serve for the first time: what a target writes when it is installed, and does not
   * sync, would otherwise be lost by every cut that comes soon enough, and hide what comes later. Present where
   * there is something to do.
   */
  settleDisks?(): Promise<void>;
  /** Called for each crash that the harness did not cause. */
  onCrash(listener: (crash: Crash) => void): void;
  /** Stops everything and removes what must not stay; safe to call twice. */
  teardown(): Promise<void>;
}
