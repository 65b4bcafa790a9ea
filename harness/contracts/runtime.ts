import type { Capability, Cluster } from './cluster.js';
import type { Target } from './target.js';

/** What a runtime is asked for. */
export interface ClusterSpec {
  runId: string;
  target: Target;
  version: string;
  /** The version that nodes may be given while the run goes on. */
  upgradeTo?: string;
  nodes: number;
  durability: string;
  /** Settings of the target, complete with defaults. */
  settings: Readonly<Record<string, string>>;
  bugs: readonly string[];
  seed: number;
  /** What the run's faults need: a runtime makes ready for it where that costs something. */
  needs?: ReadonlySet<Capability>;
  /** A directory for logs and data, `nodes/<name>/` below it. */
  directory: string;
}

/** What a user chose about the containers of nodes; matters to the Docker runtime only. */
export interface ContainerOptions {
  /** Instead of the target's own choice. */
  image?: string;
  /** Of each node. */
  memoryMiB?: number;
  /** May be a fraction. */
  cpus?: number;
  /** Leaves the cluster up when it is torn down, and says how to reach it. */
  keep?: boolean;
}

export interface Runtime {
  readonly name: string;
  readonly description: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** Why this runtime cannot run this target, as a sentence; undefined where it can. */
  refuses(target: Target): string | undefined;
  /**
   * Loads what the nodes of this target need, before the time of a run begins to go by. Present where that takes real
   * time, of which virtual time knows nothing. Throws a sentence where it cannot be had.
   */
  prepare?(target: Target): Promise<void>;
  /** Makes the cluster and starts its nodes. Leaves nothing behind when it throws. */
  createCluster(spec: ClusterSpec, log: (line: string) => void): Promise<Cluster>;
}
