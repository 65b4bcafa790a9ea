import { expect } from 'vitest';
import { classifyError, ClientError } from '../../harness/contracts/client.js';
import type { Client, Completion } from '../../harness/contracts/client.js';
import type { Cluster, ClusterNode } from '../../harness/contracts/cluster.js';
import type { OperationFamily } from '../../harness/contracts/operations/family.js';
import {
  complaintAboutAnswer,
  type Vocabulary,
  vocabularyOf,
} from '../../harness/contracts/operations/vocabulary.js';
import type { Target } from '../../harness/contracts/target.js';
import { createRandom } from '../../harness/environment/random.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import { poll } from '../../harness/environment/poll.js';

/** What the suite is run against: a target as it is set, and a way to get three ready nodes of it. */
export interface ClientSuite {
  target: Target;
  settings: Readonly<Record<string, string>>;
  /** What this client serves, as it is set. */
  families: readonly OperationFamily[];
  clock: Clock;
  /** Nodes that can be killed and paused; the suite waits for them itself, and tears them down. */
  startCluster(): Promise<Cluster>;
  /** Tests of this target alone, on the same nodes, before any of them is harmed. */
  describeMore?(nodes: () => readonly ClusterNode[]): void;
}

/** Long enough for a loaded machine; a client that is done before does not wait. */
export const PATIENCE_MS = 20_000;
const POLL_MS = 100;
/** Given to operations that are expected to run out of time. */
export const SHORT_MS = 1_000;

/** Three nodes with a client each, and everything that was tried. */
export class Bench {
  readonly #suite: ClientSuite;
  readonly #operations: Vocabulary;
  #cluster: Cluster | undefined;
  #clients: Client[] = [];
  #keys = 0;
  #connected = 0;

  constructor(suite: ClientSuite) {
    this.#suite = suite;
    this.#operations = vocabularyOf(suite.families);
  }

  async setUp(): Promise<void> {
    this.#cluster = await this.#suite.startCluster();
    await this.untilReady();
    this.#clients = this.nodes.map((node) => this.connect(node));
  }

  async tearDown(): Promise<void> {
    for (const client of this.#clients) await client.close();
    await this.#cluster?.teardown();
  }

  get nodes(): readonly ClusterNode[] {
    if (!this.#cluster) throw new Error('the cluster was not started');
    return this.#cluster.nodes;
  }

  connect(node: ClusterNode): Client {
    const { target, settings, clock } = this.#suite;
    this.#connected += 1;
    const random = createRandom(1).fork(`client ${this.#connected}`);
    return target.createClient({ node, nodes: this.nodes, clock, random, settings });
  }

  /** A client of its own in the place of the node's: as after an operation that ended in `info`. */
  async replaceClient(index: number): Promise<void> {
    await this.#clients[index].close();
    this.#clients[index] = this.connect(this.nodes[index]);
  }

  freshKey(): string {
    this.#keys += 1;
    return `key ${this.#keys}/é`;
  }

  /** What the history would keep. Answers have the shape of their family, and every error is a row of the error table. */
  async run(
    index: number,
    f: string,
    key?: string,
    value?: JsonValue,
    timeoutMs = PATIENCE_MS,
  ): Promise<Completion> {
    const { errors } = this.#suite.target;
    try {
      const completion = await this.#clients[index].invoke({ f, key, value }, timeoutMs);
      const shape = this.#operations.shapeOf(f);
      if (completion.type === 'ok' && shape !== undefined) {
        expect(complaintAboutAnswer(f, shape, completion.value)).toBeUndefined();
      }
      return completion;
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      const completion = classifyError(error, errors, !this.#operations.hasEffects(f));
      expect(Object.keys(errors)).toContain(completion.error?.code);
      return completion;
    }
  }

  async statuses(): Promise<(JsonObject | undefined)[]> {
    return Promise.all(this.nodes.map((node) => node.status(SHORT_MS)));
  }

  /** Until every node can serve, one of them leads where any does, and a read at each succeeds. */
  async untilReady(): Promise<void> {
    const { target, clock } = this.#suite;
    await poll(clock, { everyMs: POLL_MS }, async () => {
      const statuses = await this.statuses();
      const ready = statuses.every((status) => status && target.isReady(status));
      const isLed = target.leadership === undefined || this.leaders(statuses).length === 1;
      return (ready && isLed) || undefined;
    });
  }

  /** Until operations succeed at every node again: right after an election they may not. */
  async untilServing(): Promise<void> {
    await this.untilReady();
    for (const index of this.nodes.keys()) {
      await poll(this.#suite.clock, { everyMs: POLL_MS }, async () => {
        const { type } = await this.run(index, 'read', 'probe');
        return type === 'ok' || undefined;
      });
    }
  }

  leaders(statuses: readonly (JsonObject | undefined)[]): number[] {
    const { target } = this.#suite;
    return [...statuses.entries()].flatMap(([index, status]) =>
      status && target.leadership?.(status).isLeader ? [index] : [],
    );
  }

  /** A node that does not lead. */
  async follower(): Promise<number> {
    const leaders = this.leaders(await this.statuses());
    return [0, 1, 2].find((index) => !leaders.includes(index)) ?? 0;
  }

  /** Names of the operations that this client serves. */
  get operations(): readonly string[] {
    return this.#operations.names;
  }

  get target(): Target {
    return this.#suite.target;
  }
}
