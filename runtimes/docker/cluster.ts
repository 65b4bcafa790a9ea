import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  nodeNames,
  type Capability,
  type Cluster,
  type Crash,
} from '../../harness/contracts/cluster.js';
import type { ClusterSpec, ContainerOptions } from '../../harness/contracts/runtime.js';
import type { ContainerPlan } from '../../harness/contracts/container.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { JsonObject } from '../../harness/json.js';
import { NodeClock } from './clock/node-clock.js';
import { NodeDisk, withDisks } from './disks/node-disk.js';
import type { Engine } from './engine/connection.js';
import { explain } from './engine/errors.js';
import { formatController, LABELS, thisController } from './engine/labels.js';
import { removeLabelled } from './engine/removal.js';
import { inspectImage } from './images/inspect.js';
import { helperTag } from './images/recipes.js';
import { Helper } from './network/helper.js';
import { DockerNetwork } from './network/network.js';
import { SIDE_PORT } from './network/rules.js';
import { NodeContainer } from './nodes/node-container.js';
import { DockerNode } from './nodes/node.js';
import { startSandbox, type Sandbox } from './sandbox.js';
import { chooseImage, type ChosenImage } from './images/target-image.js';

/** What a cluster is made with. */
export interface ClusterParts {
  engine: Engine;
  clock: Clock;
  plan: ContainerPlan;
  options: ContainerOptions;
  capabilities: ReadonlySet<Capability>;
  spec: ClusterSpec;
  log: (line: string) => void;
}

/** What needs disks of the nodes' own. */
const DISK_NEEDS: readonly Capability[] = [
  'power',
  'disk-full',
  'disk-read-only',
  'disk-errors',
  'disk-slow',
  'disk-damage',
];

/** Two clusters of one process may bear the same run id. */
let clustersMade = 0;

/**
 * The containers of a run. Each node has two: one that holds its network namespace for as long as the cluster
 * is up, so that its address and the faults of its links outlive its death, and one that runs it.
 */
export class DockerCluster implements Cluster {
  nodes: readonly DockerNode[] = [];
  facts: JsonObject = {};
  private readonly parts: ClusterParts;
  private readonly listeners: ((crash: Crash) => void)[] = [];
  private readonly name: string;
  private readonly labels: Record<string, string>;
  private helper: Helper | undefined;
  private links: DockerNetwork | undefined;
  private tornDown: Promise<void> | undefined;

  private constructor(parts: ClusterParts) {
    this.parts = parts;
    const { runId } = parts.spec;
    this.name = `schism-${runId.replaceAll(/[^a-zA-Z0-9_.-]/g, '-')}`;
    const controller = formatController(thisController());
    this.labels = {
      [LABELS.run]: runId,
      [LABELS.controller]: controller,
      [LABELS.cluster]: `${controller} ${++clustersMade}`,
      ...(parts.options.keep && { [LABELS.keep]: 'true' }),
    };
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

  teardown(): Promise<void> {
    this.tornDown ??= this.parts.options.keep ? this.leaveUp() : this.removeAll();
    return this.tornDown;
  }

  private async setUp(): Promise<void> {
    const { engine, plan, spec, log, capabilities, clock } = this.parts;
    const images = await this.chooseImages();
    await this.requireHelperImage();
    const helperOptions = { name: `${this.name}-helper`, labels: this.labels };
    const starting = Helper.start(
      engine,
      this.hasDisks
        ? { ...helperOptions, ...withDisks(await this.createDisksVolume()) }
        : helperOptions,
    );
    const creating = this.createNetwork();
    // Both are waited for, so that what comes up late is not missed by the removal.
    await Promise.allSettled([starting, creating]);
    const helper = (this.helper = await starting);
    const network = await creating;
    const sandboxes = await settle(
      nodeNames(spec.nodes).map((name) => this.startSandbox(name, network)),
    );
    const gateway = sandboxes[0].gateway;
    this.nodes = await settle(
      sandboxes.map((_, index) => this.createNode(index, sandboxes, images, helper)),
    );
    const endpoints = sandboxes.map(({ name, address, pid }, index) => {
      const node = this.nodes[index];
      return { name, address, pid, clientPort: plan.clientPort, state: () => node.state };
    });
    this.links = new DockerNetwork(helper, endpoints, gateway, capabilities, clock);
    if (capabilities.has('cut')) await this.links.open();
    log(
      `network ${this.name}: ${sandboxes.map((each) => `${each.name} ${each.address}`).join(', ')}`,
    );
    await settle(this.nodes.map((node) => node.process.start()));
  }

  async settleDisks(): Promise<void> {
    await settle(this.nodes.map((node) => node.settleDisk()));
  }

  /** By version: where the run begins, and where its upgrades lead. */
  private async chooseImages(): Promise<ReadonlyMap<string, ChosenImage>> {
    const { engine, plan, options, spec, log } = this.parts;
    const { version, upgradeTo } = spec;
    const image = await chooseImage(engine, plan.image(version), options.image, log);
    const images = new Map([[version, image]]);
    this.facts = {
      image: image.name,
      imageId: image.id,
      imageDigest: image.digest,
      engine: engine.version,
      kernel: engine.kernel,
    };
    if (upgradeTo !== undefined) {
      const next = await chooseImage(engine, plan.image(upgradeTo), undefined, log);
      images.set(upgradeTo, next);
      this.facts = { ...this.facts, upgradeImage: next.name, upgradeImageId: next.id };
    }
    const names = [...images.values()].map(({ name }) => name);
    log(`image ${names.join(', then ')}, engine ${engine.version}`);
    return images;
  }

  /** Only where somebody is going to do something to them. */
  private get hasDisks(): boolean {
    const { needs } = this.parts.spec;
    return DISK_NEEDS.some((need) => needs?.has(need));
  }

  /** Where the files lie that nodes' disks are made of. */
  private async createDisksVolume(): Promise<string> {
    const name = `${this.name}-disks`;
    try {
      await this.parts.engine.docker.createVolume({ Name: name, Labels: this.labels });
    } catch (error) {
      throw explain(error, `create the volume ${name}`);
    }
    return name;
  }

  private async requireHelperImage(): Promise<void> {
    if ((await inspectImage(this.parts.engine, helperTag)) !== undefined) return;
    throw explain(new Error(`no such image: ${helperTag}`), 'find the helper’s image');
  }

  /** The engine picks a free range of addresses: it knows its networks and its host's routes. */
  private async createNetwork(): Promise<string> {
    try {
      const network = await this.parts.engine.docker.createNetwork({
        Name: this.name,
        Driver: 'bridge',
        CheckDuplicate: true,
        Labels: this.labels,
      });
      return network.id;
    } catch (error) {
      throw explain(error, `create the network ${this.name}`);
    }
  }

  private startSandbox(name: string, network: string): Promise<Sandbox> {
    const { engine, plan } = this.parts;
    return startSandbox(engine, {
      name,
      container: `${this.name}-${name}-net`,
      network,
      labels: { ...this.labels, [LABELS.node]: name },
      ports: [plan.clientPort, this.sidePort],
    });
  }

  private async createNode(
    index: number,
    sandboxes: readonly Sandbox[],
    images: ReadonlyMap<string, ChosenImage>,
    helper: Helper,
  ): Promise<DockerNode> {
    const { spec, plan, clock, engine, options, capabilities } = this.parts;
    const sandbox = sandboxes[index];
    const directory = join(spec.directory, 'nodes', sandbox.name);
    await mkdir(directory, { recursive: true });
    const canBeSlow = spec.needs?.has('disk-slow') === true;
    const disk = this.hasDisks
      ? await NodeDisk.make(helper, clock, sandbox.name, canBeSlow)
      : undefined;
    const container = await NodeContainer.create(
      {
        engine,
        plan,
        images,
        limits: options,
        name: `${this.name}-${sandbox.name}`,
        labels: { ...this.labels, [LABELS.node]: sandbox.name },
        sandboxId: sandbox.id,
        volumeOptions: disk?.volumeOptions,
      },
      this.setupOf(index, sandboxes),
    );
    const at = (port: number): { host: string; port: number } => ({
      host: engine.publishedHost ?? sandbox.address,
      port: sandbox.published.get(port) ?? port,
    });
    return new DockerNode({
      name: sandbox.name,
      directory,
      container,
      plan,
      disk,
      address: at(plan.clientPort),
      peerAddress: { host: sandbox.address, port: plan.peerPort },
      sideAddress: at(this.sidePort),
      behindProxy: engine.publishedHost !== undefined,
      helper,
      clock,
      hasLimits: capabilities.has('memory') || capabilities.has('cpu'),
      nodeClock: capabilities.has('clock')
        ? new NodeClock(helper, engine.architecture, sandbox.name)
        : undefined,
      onCrash: (crash) => {
        for (const listener of this.listeners) listener(crash);
      },
    });
  }

  private setupOf(
    index: number,
    sandboxes: readonly Sandbox[],
  ): Parameters<ContainerPlan['command']>[0] {
    const { spec, plan } = this.parts;
    const { name, address } = sandboxes[index];
    const others = sandboxes.filter((_, other) => other !== index);
    return {
      name,
      index,
      version: spec.version,
      dataDirectory: plan.dataDirectory,
      clientAddress: { host: address, port: plan.clientPort },
      peerAddress: { host: address, port: plan.peerPort },
      peers: others.map((peer) => ({ name: peer.name, host: peer.address, port: plan.peerPort })),
      durability: spec.durability,
      settings: spec.settings,
      bugs: spec.bugs,
      seed: spec.seed,
    };
  }

  /** Without rules there is no way beside the ordinary one. */
  private get sidePort(): number {
    return this.parts.capabilities.has('cut') ? SIDE_PORT : this.parts.plan.clientPort;
  }

  private async removeAll(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
    // A disk is let go of when its node is gone and its helper, too: only then its volume can be.
    await this.helper?.end();
    await removeLabelled(this.parts.engine, this.parts.clock, [
      `${LABELS.cluster}=${this.labels[LABELS.cluster]}`,
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
      log(`kept: ${node.name} at ${host}:${port}; docker exec -it ${this.name}-${node.name} sh`);
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
