import { join } from 'node:path';
import type {
  ClockReading,
  ClockSkew,
  ClusterNode,
  DiskFault,
  NodeConnection,
  NodeState,
  PowerLoss,
  Resources,
  Stop,
} from '../../../harness/contracts/cluster.js';
import type { ContainerPlan } from '../../../harness/contracts/container.js';
import type { JsonObject } from '../../../harness/json.js';
import { clockInStatus } from '../../common/clock-reading.js';
import { HttpConnection, type HttpAddress } from '../../common/http-connection.js';
import type { NodeClock } from '../clock/node-clock.js';
import type { NodeDisk } from '../disks/node-disk.js';
import { readResources, resourcesScript } from './limits.js';
import type { NodeContainer } from './node-container.js';
import { NodeControl, type NodeControlParts } from './node-control.js';

const CLOCK_LIMIT_MS = 10_000;

/** What a node is made of. */
export interface DockerNodeParts extends NodeControlParts {
  plan: ContainerPlan;
  address: HttpAddress;
  peerAddress: HttpAddress;
}

/** A node as a container. Its network namespace belongs to another one and stays when this one dies. */
export class DockerNode implements ClusterNode {
  readonly name: string;
  readonly address: HttpAddress;
  readonly peerAddress: HttpAddress;
  readonly container: NodeContainer;
  /** Present where its status is our own nodes' HTTP: they answer `NodeReply`s. */
  readonly connect?: () => NodeConnection;
  readonly skewClock?: ClusterNode['skewClock'];
  readonly readClock?: ClusterNode['readClock'];
  readonly cutPower?: ClusterNode['cutPower'];
  readonly breakDisk?: ClusterNode['breakDisk'];
  readonly probeDisk?: ClusterNode['probeDisk'];
  readonly damageDisk?: ClusterNode['damageDisk'];
  private readonly parts: DockerNodeParts;
  private readonly control: NodeControl;
  private readonly side: HttpConnection;

  constructor(parts: DockerNodeParts) {
    const { clock, disk, nodeClock, plan } = parts;
    this.name = parts.name;
    this.address = parts.address;
    this.peerAddress = parts.peerAddress;
    this.container = parts.container;
    this.parts = parts;
    this.control = new NodeControl(parts);
    this.side = new HttpConnection(parts.sideAddress, clock);
    if (plan.status === undefined) {
      this.connect = () => new HttpConnection(this.address, clock);
    }
    if (disk !== undefined) {
      this.cutPower = () => this.losePower(disk);
      this.breakDisk = (fault) => this.breakOrMend(disk, fault);
      this.probeDisk = () => disk.probe();
      const { logFiles } = plan;
      if (logFiles !== undefined) {
        this.damageDisk = (damage) =>
          damage === null ? disk.undoDamage() : disk.damage(logFiles, damage);
      }
    }
    if (nodeClock !== undefined) {
      this.skewClock = (skew) => this.skew(nodeClock, skew);
      this.readClock = () => this.readOwnClock();
    }
  }

  get state(): NodeState {
    return this.control.state;
  }

  /** Resolves when it listens for clients, or runs for five seconds. Throws a `NodeError` or `DockerError`. */
  start(): Promise<void> {
    return this.control.start();
  }

  kill(): Promise<void> {
    return this.control.kill();
  }

  stop(limitMs?: number): Promise<Stop> {
    return this.control.stop(limitMs);
  }

  pause(): Promise<void> {
    return this.control.pause();
  }

  resume(): Promise<void> {
    return this.control.resume();
  }

  expectEnd(reason: string | null): void {
    this.control.expectEnd(reason);
  }

  async incarnation(): Promise<string | undefined> {
    const { Running, Pid, StartedAt } = await this.container.look();
    return Running ? `pid ${Pid}, begun ${StartedAt}` : undefined;
  }

  async changeVersion(version: string): Promise<void> {
    this.requireDown();
    await this.container.changeVersion(version);
  }

  async forget(members: readonly string[]): Promise<void> {
    this.requireDown();
    await this.container.rejoin(members);
  }

  limitMemory(bytes: number | null): Promise<void> {
    return this.container.limit('memory', bytes);
  }

  limitCpu(cpus: number | null): Promise<void> {
    return this.container.limit('cpu', cpus);
  }

  async resources(): Promise<Resources> {
    const { Pid } = await this.container.look('find');
    const doing = `see what node ${this.name} takes`;
    return readResources(await this.parts.helper.run(resourcesScript(Pid), doing));
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

  /** One that is down has lost nothing: its disk was unmounted when it ended, and with that written. */
  private async losePower(disk: NodeDisk): Promise<PowerLoss> {
    if (this.control.isDown) return { lostBytes: 0, lostFiles: 0 };
    await this.control.endBy((pid) => disk.cut(pid, this.parts.plan.dataDirectory));
    return disk.loss();
  }

  /** A full or slow disk is mended under a node that runs; from any other it is killed. */
  private async breakOrMend(disk: NodeDisk, fault: DiskFault | null): Promise<void> {
    if (disk.holdsNode) await this.kill();
    await disk.mend();
    if (fault !== null) await disk.break(fault);
  }

  private async skew(nodeClock: NodeClock, skew: ClockSkew | null): Promise<void> {
    await nodeClock.choose(skew);
    await this.control.setClock();
  }

  private readOwnClock(): Promise<ClockReading> {
    const { plan, sideAddress, clock } = this.parts;
    if (plan.readClock !== undefined) {
      const logTail = (lines: number): Promise<string> => this.logTail(lines);
      return plan.readClock({ address: sideAddress, logTail }, CLOCK_LIMIT_MS);
    }
    return clockInStatus(this.name, () => this.status(CLOCK_LIMIT_MS), clock);
  }

  private requireDown(): void {
    if (!this.control.isDown) throw new Error(`node ${this.name} still runs`);
  }
}
