import { type Cluster, type Crash, nodeNames } from '../../../harness/contracts/cluster.js';
import type { JsonObject } from '../../../harness/json.js';
import { LABELS } from '../engine/labels.js';
import { removeLabelled } from '../engine/removal.js';
import type { Helper } from '../network/helper.js';
import { DockerNetwork } from '../network/network.js';
import type { DockerNode } from '../nodes/node.js';
import { chooseImages, createNetwork, requireHelperImage, startHelper } from './ground.js';
import { createNode } from './make-node.js';
import { type ClusterIdentity, type ClusterParts, nameCluster, sidePort } from './parts.js';
import { type Sandbox, startSandbox } from './sandbox.js';

/**
 * The containers of a run. Each node has two: one that holds its network namespace for as long as the cluster
 * is up, so that its address and the faults of its links outlive its death, and one that runs it.
 */
export class DockerCluster implements Cluster {
  nodes: readonly DockerNode[] = [];
  facts: JsonObject = {};
  private readonly parts: ClusterParts;
  private readonly listeners: ((crash: Crash) => void)[] = [];
  private readonly identity: ClusterIdentity;
  private helper: Helper | undefined;
  private links: DockerNetwork | undefined;
  private tornDown: Promise<void> | undefined;

  private constructor(parts: ClusterParts) {
    this.parts = parts;
    this.identity = nameCluster(parts);
  }

  /** Everything up and started; when it throws, nothing is left. */
  static async create(parts: ClusterParts): Promise<DockerCluster> {
    const cluster = new DockerCluster(parts);
    try {
      await cluster.setUp();
      return cluster;
    } catch (error) {
      // A cleanup that fails must not hide why there is something to clean up.
      await cluster.removeAll().catch((second: unknown) => parts.log(String(second)));
      throw error;
    }
  }

  get network(): DockerNetwork {
    if (this.links === undefined) throw new Error('the cluster is not up yet');
    return this.links;
  }

  onCrash(listener: (crash: Crash) => void): void {
    this.listeners.push(listener);
  }

  async settleDisks(): Promise<void> {
    await settle(this.nodes.map((node) => node.settleDisk()));
  }

  teardown(): Promise<void> {
    this.tornDown ??= this.parts.options.keep ? this.leaveUp() : this.removeAll();
    return this.tornDown;
  }

  private async setUp(): Promise<void> {
    const { parts, identity } = this;
    const { images, facts } = await chooseImages(parts);
    this.facts = facts;
    await requireHelperImage(parts);
    const starting = startHelper(parts, identity);
    const creating = createNetwork(parts, identity);
    // Both are waited for, so that what comes up late is not missed by the removal.
    await Promise.allSettled([starting, creating]);
    const helper = (this.helper = await starting);
    const network = await creating;
    const sandboxes = await settle(
      nodeNames(parts.spec.nodes).map((name) => this.startSandbox(name, network)),
    );
    const onCrash = (crash: Crash): void => this.report(crash);
    const ground = { parts, identity, sandboxes, images, helper, onCrash };
    this.nodes = await settle(sandboxes.map((_, index) => createNode(ground, index)));
    await this.connect(sandboxes, helper);
    await settle(this.nodes.map((node) => node.process.start()));
  }

  /** The links between these namespaces, open. */
  private async connect(sandboxes: readonly Sandbox[], helper: Helper): Promise<void> {
    const { plan, capabilities, clock, log } = this.parts;
    const endpoints = sandboxes.map(({ name, address, pid }, index) => {
      const node = this.nodes[index];
      return { name, address, pid, clientPort: plan.clientPort, state: () => node.state };
    });
    const [{ gateway }] = sandboxes;
    this.links = new DockerNetwork(helper, endpoints, gateway, capabilities, clock);
    if (capabilities.has('cut')) await this.links.open();
    const addresses = sandboxes.map(({ name, address }) => `${name} ${address}`);
    log(`network ${this.identity.name}: ${addresses.join(', ')}`);
  }

  private report(crash: Crash): void {
    for (const listener of this.listeners) listener(crash);
  }

  private startSandbox(name: string, network: string): Promise<Sandbox> {
    const { engine, plan } = this.parts;
    const { name: cluster, labels } = this.identity;
    return startSandbox(engine, {
      name,
      container: `${cluster}-${name}-net`,
      network,
      labels: { ...labels, [LABELS.node]: name },
      ports: [plan.clientPort, sidePort(this.parts)],
    });
  }

  private async removeAll(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
    // A disk is let go of when its node is gone and its helper, too: only then its volume can be.
    await this.helper?.end();
    await removeLabelled(this.parts.engine, this.parts.clock, [
      `${LABELS.cluster}=${this.identity.labels[LABELS.cluster]}`,
    ]);
  }

  /** The network healed, every node running, and a word on how to get at them. */
  private async leaveUp(): Promise<void> {
    const { log, spec } = this.parts;
    await this.network.heal().catch((error: unknown) => log(String(error)));
    for (const node of this.nodes) {
      if (node.state === 'paused') await node.suspension.resume();
      await node.clock?.putRight().catch((error: unknown) => log(String(error)));
      await node.close();
      const { host, port } = node.address;
      log(
        `kept: ${node.name} at ${host}:${port}; docker exec -it ${this.identity.name}-${node.name} sh`,
      );
    }
    await this.helper?.remove().catch((error: unknown) => log(String(error)));
    log(`remove it with: npx schism clean --run ${spec.runId}`);
  }
}

/** Waits for all of them, so that none is still under way when the first failure is thrown. */
async function settle<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
