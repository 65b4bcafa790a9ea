import {
  type Cluster,
  type ClusterNode,
  type Crash,
  type Network,
  type NodeState,
  nodeNames,
  type ProcessFacet,
  type ProtocolWatch,
} from '../../contracts/cluster.js';
import type { JsonObject } from '../../json.js';

function unasked(): Promise<never> {
  return Promise.reject(new Error('the run itself never asks for this'));
}

/** A node that does nothing but say how it is. */
export class FakeNode implements ClusterNode {
  readonly address = { host: 'memory', port: 0 };
  state: NodeState = 'running';
  /** What it says of itself; undefined: it does not answer at all. */
  answer: JsonObject | undefined = { ready: true };
  /** Nobody starts or stops it here. */
  readonly process: ProcessFacet = {
    start: unasked,
    kill: unasked,
    stop: unasked,
    incarnation: unasked,
    expectEnd: () => undefined,
  };
  /** What becomes of an order to save its data. */
  onSaveData: () => void = () => undefined;

  constructor(
    readonly name: string,
    private readonly trace: string[],
  ) {}

  async status(): Promise<JsonObject | undefined> {
    return this.answer;
  }

  async saveData(): Promise<number> {
    this.trace.push(`save ${this.name}`);
    this.onSaveData();
    return 0;
  }

  async logTail(): Promise<string> {
    return `the log of ${this.name}`;
  }
}

const WITHOUT_FAULTS: Network = {
  capabilities: new Set(),
  cut: unasked,
  heal: () => Promise.resolve(),
  probe: () => Promise.resolve(true),
};

/** A cluster in memory; `trace` is told what is asked of it. */
export class FakeCluster implements Cluster {
  readonly network = WITHOUT_FAULTS;
  readonly nodes: FakeNode[];
  facts: JsonObject = {};
  watch: ProtocolWatch | undefined;
  /** What becomes of an order to tear it down. */
  onTeardown: () => void = () => undefined;
  private listener: (crash: Crash) => void = () => undefined;

  constructor(
    count: number,
    private readonly trace: string[],
  ) {
    this.nodes = nodeNames(count).map((name) => new FakeNode(name, trace));
  }

  async settleDisks(): Promise<void> {
    this.trace.push('settle disks');
  }

  onCrash(listener: (crash: Crash) => void): void {
    this.listener = listener;
  }

  /** A node that ends with code 3, and answers no more. */
  crash(name: string, time: number, more: Partial<Crash> = {}): void {
    const node = this.nodes.find((each) => each.name === name);
    if (node === undefined) throw new Error(`there is no node ${name}`);
    node.state = 'crashed';
    node.answer = undefined;
    const logTail = `panic: ${name} is lost`;
    this.listener({ node: name, time, exitCode: 3, signal: null, logTail, ...more });
  }

  async teardown(): Promise<void> {
    this.trace.push('tear down');
    this.onTeardown();
  }
}
