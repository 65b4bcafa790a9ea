import type { ClockReading } from '../cluster/clock.js';
import type { JsonObject } from '../../json.js';
import type { NodeSetup } from './node-setup.js';

/**
 * How a target runs in containers. Every node has an address of its own, fixed for the whole run and known
 * before anything starts, so a node may listen on the target's usual ports.
 */
export interface ContainerPlan {
  /**
   * Image names of a version. Both must answer to the same `command`: our builds put the vendor's commands
   * where the vendor has them.
   */
  image(version: string): ContainerImages;
  /** Where clients are served. The node must listen on 0.0.0.0 here: the side way of `status` comes in elsewhere. */
  clientPort: number;
  /** Given back as `peerAddress` and `peers`; other ports between nodes are the target's own affair. */
  peerPort: number;
  /** An absolute path in the container; a volume of the node that outlives kills, stops and restarts. */
  dataDirectory: string;
  /**
   * Which files in there are the node's log, as a pattern from the data directory (`etcd/member/wal/*.wal`): one of
   * letters, digits and `_ . - / * ?`. Absent: nobody can damage its log.
   */
  logFiles?: string;
  /** What to run, and what must lie where before its first start. */
  command(setup: ContainerSetup): ContainerCommand;
  /**
   * Facts about the node at this address, asked as the target's clients would ask, and answered by this node
   * alone: what `ClusterNode.status` gives. The address is the side way that no partition cuts. Undefined where
   * it does not answer within `timeoutMs`; never throws. Absent: our own nodes' HTTP status is asked.
   */
  status?(
    address: { host: string; port: number },
    timeoutMs: number,
  ): Promise<JsonObject | undefined>;
  /**
   * The wall clock of the node at this address as its own process reads it, asked of the node and of nobody else. Rejects where it does not answer in time. Absent: our own nodes' status is asked.
   */
  readClock?(node: ClockReadable, timeoutMs: number): Promise<ClockReading>;
  /** Ends the run with this much memory in use; 512 MiB where absent. */
  memoryMiB?: number;
}

/** What a target may ask for a node's time: its address, and what it logs. */
export interface ClockReadable {
  address: { host: string; port: number };
  logTail(lines: number): Promise<string>;
}

export interface ContainerImages {
  /** In the vendor's registry: `quay.io/coreos/etcd:v3.5.16`. Absent where there is none. */
  official?: string;
  /** Made by `schism images build`: `schism/etcd:3.5`. */
  built: string;
}

/** What is known before a node's container is made. `dataDirectory` is the path inside. */
export interface ContainerSetup extends NodeSetup {
  version: string;
  /** The cluster is there already, and `members` are in it: the node joins it with empty data. */
  isJoining?: boolean;
  /** The version that the run began with, where this is another one: it has written the data. */
  upgradedFrom?: string;
}

/** An argument vector, given to the kernel as it is; the image's entry point is not used. */
export interface ContainerCommand {
  command: readonly string[];
  environment?: Readonly<Record<string, string>>;
  /** Contents by absolute path in the container; may lie in the data directory. */
  files?: Readonly<Record<string, string>>;
  /** Who runs it, where not root: a user that the image knows. */
  user?: string;
}
