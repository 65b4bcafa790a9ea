import type {
  Crash,
  DiskDamage,
  DiskFault,
  DiskProbe,
  PowerLoss,
} from '../../../harness/contracts/cluster.js';
import { diskExcuse } from '../../common/damage.js';
import type { Clock } from '../../../harness/environment/environment.js';
import type { Helper, HelperOptions } from '../network/helper.js';
import { damageScript, readDamage, readUndo, undoScript } from './damage-script.js';
import { breakScript, mendScript, probeScript, readProbe } from './fault-script.js';
import {
  awaitUnmounted,
  cutScript,
  diskPowers,
  lossScript,
  makeDisk,
  MOUNT_OPTIONS,
} from './power-script.js';
import { orderDelay } from './slow-script.js';

/** Where the helper has the files that nodes' disks are made of. */
const DISKS = '/disks';

/** A node may end so long after its disk was mended, because of what it met before. */
const GRACE_MS = 5_000;

/** Sparse: it takes what a node writes. */
const DISK_BYTES = 2 ** 30;

/** For a helper that makes disks out of files in this volume. */
export function withDisks(volume: string): Pick<HelperOptions, 'powers'> {
  return { powers: { ...diskPowers, Binds: [...diskPowers.Binds, `${volume}:${DISKS}`] } };
}

/** A disk of a node's own: a file system in a file, which can be taken away from under it in an instant. */
export class NodeDisk {
  private readonly helper: Helper;
  private readonly clock: Clock;
  private readonly node: string;
  private readonly file: string;
  private readonly device: string;
  private fault: DiskFault | null = null;
  private mended: { fault: DiskFault; atNs: number } | undefined;
  private isDamaged = false;

  private constructor(helper: Helper, clock: Clock, node: string, device: string) {
    this.helper = helper;
    this.clock = clock;
    this.node = node;
    this.file = fileOf(node);
    this.device = device;
  }

  /** Made and empty. Only what was made to be slow can be. Throws a `DockerError`. */
  static async make(
    helper: Helper,
    clock: Clock,
    node: string,
    canBeSlow: boolean,
  ): Promise<NodeDisk> {
    const script = makeDisk(fileOf(node), DISK_BYTES, canBeSlow);
    const device = await helper.run(script, `make a disk for node ${node}`);
    return new NodeDisk(helper, clock, node, device.trim());
  }

  /** For a volume of the engine's own driver, which mounts it when the node starts and unmounts it when it ends. */
  get volumeOptions(): Record<string, string> {
    return { type: 'ext4', device: this.device, o: MOUNT_OPTIONS };
  }

  /** What is there now was there before the run: a machine that was set up and then ran for a while. */
  async settle(pid: number, data: string): Promise<void> {
    await this.helper.run(`sync -f /proc/${pid}/root${data}`, `sync the disk of node ${this.node}`);
  }

  /** The node's machine stops: `pid` is a process of it, `data` where it has its disk. */
  async cut(pid: number, data: string): Promise<void> {
    await this.helper.run(cutScript(pid, data, this.file), `cut the power of node ${this.node}`);
  }

  /** What lets its node end at present. */
  get excuse(): Crash['disk'] {
    const { mended, clock } = this;
    const isLate = mended === undefined || clock.now() - mended.atNs > GRACE_MS * 1e6;
    return diskExcuse(this.fault ?? (isLate ? null : mended.fault), this.isDamaged);
  }

  /** Whether it is broken in such a way that only a node which is gone lets it be mended. */
  get holdsNode(): boolean {
    return this.fault?.kind === 'read-only' || this.fault?.kind === 'errors';
  }

  /** Under a node that runs. */
  async break(fault: DiskFault): Promise<void> {
    this.fault = fault;
    const script =
      fault.kind === 'slow'
        ? orderDelay(this.file, fault.delayMs)
        : breakScript(fault.kind, this.device, this.file);
    await this.helper.run(script, `break the disk of node ${this.node} (${fault.kind})`);
  }

  /** Where it is broken; where it `holdsNode` its node must be gone. */
  async mend(): Promise<void> {
    const { fault, holdsNode } = this;
    if (fault === null) return;
    this.fault = null;
    this.mended = { fault, atNs: this.clock.now() };
    const gone = holdsNode ? `${awaitUnmounted(this.device)}\n` : '';
    const script =
      fault.kind === 'slow' ? orderDelay(this.file, 0) : mendScript(fault.kind, this.file);
    await this.helper.run(`${gone}${script}`, `mend the disk of node ${this.node}`);
  }

  /** Under a node that is down: what was done, as a sentence. `log` is the pattern of its log's files. */
  async damage(log: string, damage: DiskDamage): Promise<string> {
    const script = damageScript(this.device, this.file, log, damage);
    const output = await this.helper.run(script, `damage the log of node ${this.node}`);
    this.isDamaged = true;
    return readDamage(output);
  }

  async undoDamage(): Promise<string> {
    if (!this.isDamaged) throw new Error(`the disk of ${this.node} was not damaged`);
    const script = undoScript(this.device, this.file);
    const output = await this.helper.run(script, `give node ${this.node} its log back`);
    this.isDamaged = false;
    return readUndo(output);
  }

  async probe(): Promise<DiskProbe> {
    const script = probeScript(this.device, this.file);
    return readProbe(await this.helper.run(script, `probe the disk of node ${this.node}`));
  }

  /** What the cut took, once the node is gone: by what was written against what is there now. */
  async loss(): Promise<PowerLoss> {
    const doing = `see what node ${this.node} has lost`;
    const output = await this.helper.run(lossScript(this.device, this.file), doing);
    const [lostBytes, lostFiles] = output.trim().split(' ').map(Number);
    return { lostBytes, lostFiles };
  }
}

function fileOf(node: string): string {
  return `${DISKS}/${node}.img`;
}
