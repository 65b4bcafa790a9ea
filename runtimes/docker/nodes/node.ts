import { join } from 'node:path';
import type {
  ClockFacet,
  ClusterNode,
  DiskFacet,
  MembershipFacet,
  NodeConnection,
  NodeState,
  PowerFacet,
  ProcessFacet,
  ResourcesFacet,
  StoredLogFacet,
  SuspensionFacet,
  UpgradeFacet,
} from '../../../harness/contracts/cluster.js';
import type { ContainerPlan } from '../../../harness/contracts/starts/container.js';
import type { JsonObject } from '../../../harness/json.js';
import { HttpNodeConnection } from '../../common/node-connection.js';
import { type NetworkAddress } from '../../../harness/network/address.js';
import {
  clockFacet,
  diskFacet,
  membershipFacet,
  powerFacet,
  resourcesFacet,
  storedLogFacet,
  upgradeFacet,
} from './facets.js';
import type { NodeContainer } from './node-container.js';
import { NodeControl, type NodeControlParts } from './node-control.js';

/** What a node is made of. */
export interface DockerNodeParts extends NodeControlParts {
  plan: ContainerPlan;
  address: NetworkAddress;
  peerAddress: NetworkAddress;
  /** Whether this machine can change what a container may take. */
  hasLimits: boolean;
}

/** A node as a container. Its network namespace belongs to another one and stays when this one dies. */
export class DockerNode implements ClusterNode {
  readonly name: string;
  readonly address: NetworkAddress;
  readonly peerAddress: NetworkAddress;
  readonly container: NodeContainer;
  readonly process: ProcessFacet;
  readonly suspension: SuspensionFacet;
  readonly upgrade: UpgradeFacet;
  readonly membership: MembershipFacet;
  /** Present where it has a disk of its own, as are the next two. */
  readonly power?: PowerFacet;
  readonly disk?: DiskFacet;
  readonly storedLog?: StoredLogFacet;
  readonly clock?: ClockFacet;
  readonly resources?: ResourcesFacet;
  /** Present where its status is our own nodes' HTTP: they answer `NodeReply`s. */
  readonly connect?: () => NodeConnection;
  private readonly parts: DockerNodeParts;
  private readonly control: NodeControl;
  private readonly side: HttpNodeConnection;

  constructor(parts: DockerNodeParts) {
    const { clock, disk, nodeClock, plan } = parts;
    this.name = parts.name;
    this.address = parts.address;
    this.peerAddress = parts.peerAddress;
    this.container = parts.container;
    this.parts = parts;
    this.control = new NodeControl(parts);
    this.side = new HttpNodeConnection(parts.sideAddress, clock);
    this.process = this.control;
    this.suspension = this.control;
    this.upgrade = upgradeFacet(parts, this.control);
    this.membership = membershipFacet(parts, this.control);
    if (plan.status === undefined) {
      this.connect = () => new HttpNodeConnection(this.address, clock);
    }
    if (disk !== undefined) {
      this.power = powerFacet(parts, this.control, disk);
      this.disk = diskFacet(this.control, disk);
      if (plan.logFiles !== undefined) this.storedLog = storedLogFacet(disk, plan.logFiles);
    }
    if (parts.hasLimits) this.resources = resourcesFacet(parts);
    if (nodeClock !== undefined) this.clock = clockFacet(parts, this.control, nodeClock, this);
  }

  get state(): NodeState {
    return this.control.state;
  }

  async status(timeoutMs: number): Promise<JsonObject | undefined> {
    const { plan, sideAddress } = this.parts;
    if (plan.status !== undefined) return plan.status(sideAddress, timeoutMs);
    const request = { method: 'GET', path: '/status', timeoutMs } as const;
    const reply = await this.side.send(request).catch(() => undefined);
    return reply?.status === 200 ? (reply.body as JsonObject) : undefined;
  }

  logTail(lines: number): Promise<string> {
    return this.control.logTail(lines);
  }

  /** Its data directory as it lies there, into `nodes/<name>/data`. */
  saveData(): Promise<number> {
    return this.container.saveData(join(this.parts.directory, 'data'));
  }

  /** Ends what the harness holds open towards it. */
  close(): Promise<void> {
    this.control.letGo();
    return this.side.close();
  }

  /** Syncs all that it has written so far; see `Cluster.settleDisks`. */
  async settleDisk(): Promise<void> {
    const { disk, plan } = this.parts;
    if (disk === undefined) return;
    const { Pid } = await this.container.look('find');
    await disk.settle(Pid, plan.dataDirectory);
  }
}
