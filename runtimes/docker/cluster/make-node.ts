import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Crash } from '../../../harness/contracts/cluster.js';
import type { ContainerPlan } from '../../../harness/contracts/starts/container.js';
import { NodeClock } from '../clock/node-clock.js';
import { NodeDisk } from '../disks/node-disk.js';
import { LABELS } from '../engine/labels.js';
import type { ChosenImage } from '../images/target-image.js';
import type { Helper } from '../network/helper.js';
import { NodeContainer } from '../nodes/node-container.js';
import { DockerNode } from '../nodes/node.js';
import { type ClusterIdentity, type ClusterParts, hasDisks, sidePort } from './parts.js';
import type { Sandbox } from './sandbox.js';

/** What all nodes of one cluster are made with. */
export interface NodeGround {
  parts: ClusterParts;
  identity: ClusterIdentity;
  /** Of all nodes, in their order. */
  sandboxes: readonly Sandbox[];
  /** By version. */
  images: ReadonlyMap<string, ChosenImage>;
  helper: Helper;
  onCrash(crash: Crash): void;
}

/** The node of this index, ready to be started. */
export async function createNode(ground: NodeGround, index: number): Promise<DockerNode> {
  const { parts, helper, onCrash } = ground;
  const { spec, plan, clock, engine, capabilities } = parts;
  const sandbox = ground.sandboxes[index];
  const directory = join(spec.directory, 'nodes', sandbox.name);
  await mkdir(directory, { recursive: true });
  const canBeSlow = spec.needs?.has('disk-slow') === true;
  const disk = hasDisks(parts)
    ? await NodeDisk.make(helper, clock, sandbox.name, canBeSlow)
    : undefined;
  const container = await createContainer(ground, index, disk);
  const at = (port: number): { host: string; port: number } => ({
    host: engine.publishedHost ?? sandbox.address,
    port: sandbox.published.get(port) ?? port,
  });
  return new DockerNode({
    ...{ name: sandbox.name, directory, container, plan, disk, helper, clock, onCrash },
    address: at(plan.clientPort),
    peerAddress: { host: sandbox.address, port: plan.peerPort },
    sideAddress: at(sidePort(parts)),
    behindProxy: engine.publishedHost !== undefined,
    hasLimits: capabilities.has('memory') || capabilities.has('cpu'),
    nodeClock: capabilities.has('clock')
      ? new NodeClock(helper, engine.architecture, sandbox.name)
      : undefined,
  });
}

function createContainer(
  { parts, identity, sandboxes, images }: NodeGround,
  index: number,
  disk: NodeDisk | undefined,
): Promise<NodeContainer> {
  const { engine, plan, options } = parts;
  const { name, id: sandboxId } = sandboxes[index];
  return NodeContainer.create(
    {
      engine,
      plan,
      images,
      limits: options,
      name: `${identity.name}-${name}`,
      labels: { ...identity.labels, [LABELS.node]: name },
      sandboxId,
      volumeOptions: disk?.volumeOptions,
    },
    setupOf(parts, sandboxes, index),
  );
}

/** What the node of this index is told of itself and of the others. */
function setupOf(
  { spec, plan }: ClusterParts,
  sandboxes: readonly Sandbox[],
  index: number,
): Parameters<ContainerPlan['command']>[0] {
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
