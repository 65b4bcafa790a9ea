import type { JsonObject } from '../json.js';
import type { Client, ClientContext, ErrorTable } from './client.js';
import type { ClusterNode, Crash } from './cluster.js';
import type { OperationFamily } from './operations/family.js';
import type { ProtocolMonitor } from './protocol-monitor.js';
import type { Starts } from './starts/start.js';

/** Something that a user can set with `--set name=value`. */
export interface Setting {
  description: string;
  default: string;
  values: readonly string[];
}

/** What a durability mode promises, so that a loss can be told from a breach. */
export interface DurabilityMode {
  description: string;
  /** Whether an acknowledged write is promised to survive a power cut of every node. */
  survivesPowerLoss: boolean;
}

/** A mistake built into a node of ours on purpose. */
export interface SeededBug {
  description: string;
  /** What real system or paper it comes from. */
  precedent: string;
  /** What finds it: a command's options, as a person would type them. */
  foundBy: string;
}

/** What a user chose about a target, complete with defaults. */
export interface TargetChoice {
  version: string;
  durability: string;
  settings: Readonly<Record<string, string>>;
}

/** How a cluster lets members go and takes them again. */
export interface Membership {
  /** Why members cannot be changed with these choices, as a sentence; undefined where they can. */
  refuses?(choice: TargetChoice): string | undefined;
  /** Whom this node takes for members; undefined where it does not answer. */
  members(
    asked: ClusterNode,
    nodes: readonly ClusterNode[],
    timeoutMs: number,
  ): Promise<readonly string[] | undefined>;
  /**
   * Asks a node for a change. Resolves when it is done; throws a `ClientError` where it is not, or where
   * nobody knows.
   */
  change(
    asked: ClusterNode,
    kind: 'add' | 'remove',
    member: ClusterNode,
    timeoutMs: number,
  ): Promise<void>;
  /**
   * When a node that was removed starts anew, with empty data: before it is added again, or after. Absent: a node
   * that is no member goes on running, and is taken again as it is.
   */
  startsAnew?: 'before' | 'after';
}

export interface Target {
  name: string;
  description: string;
  versions: readonly string[];
  durabilityModes: Readonly<Record<string, DurabilityMode>>;
  defaultDurability: string;
  settings: Readonly<Record<string, Setting>>;
  bugs: Readonly<Record<string, SeededBug>>;
  /** What its client can be asked for: a workload that needs any other is refused before anything starts. */
  families: readonly OperationFamily[];
  errors: ErrorTable;
  /** A client of the context's node. It may connect lazily; it must not wait for a node that is down. */
  createClient(context: ClientContext): Client;
  /** Whether the node that gave this status can serve. */
  isReady(status: JsonObject): boolean;
  /**
   * Whether the node that gave this status takes itself for the leader, and in which term. Absent where nobody leads, or
   * nobody can tell: then no fault can be asked to hit the leader.
   */
  leadership?(status: JsonObject): { isLeader: boolean; term: number };

  /** Present where members can be changed while the cluster is up. */
  membership?: Membership;

  /** Why these choices do not go together, as a sentence; undefined where they do. */
  refuses?(choice: TargetChoice): string | undefined;

  /**
   * Which promise a node has broken by ending like this, as a sentence; undefined where it may: a crash that is
   * no more than a crash makes a run an error, one that breaks a promise makes it a violation.
   */
  brokenPromise?(crash: Crash): string | undefined;

  /** How a node is started; the runtime chooses. */
  starts: Starts;
  /** The invariants of the program's protocol; one monitor watches all nodes of one run. */
  monitor?: (members: readonly string[]) => ProtocolMonitor;
}
