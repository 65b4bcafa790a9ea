import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';
import { ClientError } from '../../harness/contracts/client.js';
import type {
  Capability,
  Cluster,
  ClusterNode,
  Crash,
  Link,
  NodeConnection,
} from '../../harness/contracts/cluster.js';
import type { Runtime } from '../../harness/contracts/runtime.js';
import type { Target } from '../../harness/contracts/target.js';
import type { Clock } from '../../harness/environment/environment.js';
import { createRealClock } from '../../harness/environment/real.js';

/** A runtime with what the suite needs to see of its nodes. */
export interface RuntimeFixture {
  /** The clock that the runtime goes by, where it is not the real one, and what lets it go on. */
  clock?: Clock;
  pace?<T>(work: Promise<T>): Promise<T>;
  createRuntime(clock: Clock): Runtime | Promise<Runtime>;
  /** Its nodes must answer probes and `/status`. */
  target: Target;
  /** What is made ready only for runs that say that they need it: these clusters do not. */
  onlyOnRequest?: readonly Capability[];
  /** Lets the node keep a line, beyond its own death. */
  write(connection: NodeConnection, line: string): Promise<void>;
  read(connection: NodeConnection): Promise<string[]>;
  /** Makes the node end by itself, with an exit code that is not 0. */
  crash(connection: NodeConnection): Promise<void>;
  /** Remembers what a cluster is made of (processes, ports); the function names what is still there. */
  traces(cluster: Cluster): Promise<() => Promise<string[]>>;
}

/** Long enough for a loaded machine; what arrives, arrives at once. */
export const PATIENT_MS = 5_000;
/** What is cut never arrives, so a short wait is as good as a long one. */
export const SHORT_MS = 300;

export const ONE_TO_TWO: Link = { from: 'n1', to: 'n2' };
export const TWO_TO_ONE: Link = { from: 'n2', to: 'n1' };

/** One cluster of the runtime that is tested: the tests of a suite use it one after the other. */
export class RuntimeUnderTest {
  readonly clock: Clock;
  readonly crashes: Crash[] = [];
  private running: { cluster: Cluster; directory: string } | undefined;

  constructor(readonly fixture: RuntimeFixture) {
    this.clock = fixture.clock ?? createRealClock();
  }

  /** One test, for which the fixture's clock goes on. */
  test(title: string, body: () => Promise<void>): void {
    it(title, () => this.pace(body()));
  }

  async begin(): Promise<void> {
    const directory = await mkdtemp(join(tmpdir(), 'schism-runtime-'));
    const cluster = await this.pace(this.createCluster(directory));
    cluster.onCrash((crash) => this.crashes.push(crash));
    this.running = { cluster, directory };
  }

  async end(): Promise<void> {
    if (this.running === undefined) return;
    await this.pace(this.running.cluster.teardown());
    await rm(this.running.directory, { recursive: true, force: true });
  }

  get cluster(): Cluster {
    if (this.running === undefined) throw new Error('the cluster has not begun');
    return this.running.cluster;
  }

  get n1(): ClusterNode {
    return this.cluster.nodes[0];
  }

  get n2(): ClusterNode {
    return this.cluster.nodes[1];
  }

  passes(link: Link): Promise<boolean> {
    return this.cluster.network.probe(link, PATIENT_MS);
  }

  async isCut(link: Link): Promise<boolean> {
    return !(await this.cluster.network.probe(link, SHORT_MS));
  }

  async withConnection<T>(
    node: ClusterNode,
    use: (connection: NodeConnection) => Promise<T>,
  ): Promise<T> {
    const connection = connectTo(node);
    return use(connection).finally(() => connection.close());
  }

  private pace<T>(work: Promise<T>): Promise<T> {
    return this.fixture.pace?.(work) ?? work;
  }

  private async createCluster(directory: string): Promise<Cluster> {
    const runtime = await this.fixture.createRuntime(this.clock);
    return runtime.createCluster(specFor(this.fixture.target, directory), () => {});
  }
}

function specFor(target: Target, directory: string): Parameters<Runtime['createCluster']>[0] {
  return {
    runId: 'conformance',
    target,
    version: target.versions[0],
    nodes: 3,
    durability: target.defaultDurability,
    settings: {},
    bugs: [],
    seed: 1,
    directory,
  };
}

export function connectTo(node: ClusterNode): NodeConnection {
  if (node.connect === undefined) throw new Error(`node ${node.name} offers no connections`);
  return node.connect();
}

export async function errorCode(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return 'none';
  } catch (error) {
    return error instanceof ClientError ? error.code : String(error);
  }
}
