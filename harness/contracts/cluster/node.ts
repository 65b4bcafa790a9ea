import type { JsonObject, JsonValue } from '../../json.js';
import type { ClockFacet } from './clock.js';
import type { DiskFacet, PowerFacet, StoredLogFacet } from './disk.js';
import type { ProcessFacet, SuspensionFacet } from './process.js';
import type { ResourcesFacet } from './resources.js';

export type NodeState = 'stopped' | 'starting' | 'running' | 'paused' | 'crashed';

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

/** The program that a node runs. */
export interface UpgradeFacet {
  /**
   * Of a node that is down: what it runs from its next start on, with the same data at the same address. The version
   * is the run's own, or the one that its spec says it may be given.
   */
  changeVersion(version: string): Promise<void>;
}

/** The place of a node among the members of its cluster. */
export interface MembershipFacet {
  /**
   * Of a node that is down: its data is gone for good, and when it starts it joins the cluster of these members, itself
   * among them.
   */
  joinAnew(members: readonly string[]): Promise<void>;
}

/**
 * A node of a cluster: who it is, what it says of itself, and a facet for each thing that can be done to it. A facet that
 * is absent cannot be done by this runtime; which ones those are is known by its capabilities before anything starts.
 */
export interface ClusterNode {
  readonly name: string;
  readonly state: NodeState;
  /** Where clients reach it: through the proxy in the process runtime, direct in Docker. */
  readonly address: { host: string; port: number };
  /** Where other nodes reach it. Present where the runtime gives it an address of its own. */
  readonly peerAddress?: { host: string; port: number };

  readonly process: ProcessFacet;
  /** Present with `pause`. */
  readonly suspension?: SuspensionFacet;
  /** Present with `power`. */
  readonly power?: PowerFacet;
  /** Present with `clock`. */
  readonly clock?: ClockFacet;
  /** Present with `disk-full`, `disk-slow`, `disk-read-only` or `disk-errors`. */
  readonly disk?: DiskFacet;
  /** Present with `disk-damage`, where the target says which files its log is. */
  readonly storedLog?: StoredLogFacet;
  /** Present with `memory` or `cpu`. */
  readonly resources?: ResourcesFacet;
  /** Present with `upgrade`. */
  readonly upgrade?: UpgradeFacet;
  /** Present where a node can be made anew. */
  readonly membership?: MembershipFacet;

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

/** What every runtime calls the nodes of a cluster: n1, n2, … */
export function nodeNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index + 1}`);
}
