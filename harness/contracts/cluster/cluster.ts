import type { JsonObject } from '../../json.js';
import type { DiskFault } from './disk.js';
import type { Network } from './network.js';
import type { ClusterNode } from './node.js';
import type { ProtocolWatch } from './watch.js';

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
