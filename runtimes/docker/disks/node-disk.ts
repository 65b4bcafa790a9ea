import type {
  Crash,
  DiskDamage,
  DiskFault,
  DiskProbe,
  PowerLoss,
} from '../../../harness/contracts/cluster.js';
import { diskExcuse } from '../../common/damage.js';
import type { Clock } from '../../../harness/environment/environment.js';
import { elapsedMs } from '../../../harness/environment/elapsed.js';
import type { Helper, HelperOptions } from '../network/helper.js';
import { readDamage, readLoss, readProbe, readUndo } from './answers.js';
import { diskCalls, diskLibrary, diskPowers, MOUNT_OPTIONS } from './library.js';

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
    const script = diskLibrary(diskCalls.make(fileOf(node), DISK_BYTES, canBeSlow));
    const device = await helper.run(script, `make a disk for node ${node}`);
    return new NodeDisk(helper, clock, node, device.trim());
  }

  /** For a volume of the engine's own driver, which mounts it when the node starts and unmounts it when it ends. */
  get volumeOptions(): Record<string, string> {
    return { type: 'ext4', device: this.device, o: MOUNT_OPTIONS };
  }

  /** What is there now was there before the run: a machine that was set up and then ran for a while. */
  async settle(pid: number, data: string): Promise<void> {
    await this.run('sync the disk of', diskCalls.sync(pid, data));
  }

  /** The node's machine stops: `pid` is a process of it, `data` where it has its disk. */
  async cut(pid: number, data: string): Promise<void> {
    await this.run('cut the power of', diskCalls.cut(pid, data, this.file));
  }

  /** What lets its node end at present. */
  get excuse(): Crash['disk'] {
    const { mended, clock } = this;
    const isLate = mended === undefined || elapsedMs(clock, mended.atNs) > GRACE_MS;
    return diskExcuse(this.fault ?? (isLate ? null : mended.fault), this.isDamaged);
  }

  /** Whether it is broken in such a way that only a node which is gone lets it be mended. */
  get holdsNode(): boolean {
    return this.fault?.kind === 'read-only' || this.fault?.kind === 'errors';
  }

  /** Under a node that runs. */
  async break(fault: DiskFault): Promise<void> {
    this.fault = fault;
    const order =
      fault.kind === 'slow'
        ? diskCalls.delay(this.file, fault.delayMs)
        : diskCalls.break(fault.kind, this.device, this.file);
    const doing = `break the disk of node ${this.node} (${fault.kind})`;
    await this.helper.run(diskLibrary(order), doing);
  }

  /** Where it is broken; where it `holdsNode` its node must be gone. */
  async mend(): Promise<void> {
    const { fault, holdsNode } = this;
    if (fault === null) return;
    this.fault = null;
    this.mended = { fault, atNs: this.clock.now() };
    const gone = holdsNode ? [diskCalls.awaitUnmounted(this.device)] : [];
    const order =
      fault.kind === 'slow' ? diskCalls.delay(this.file, 0) : diskCalls.mend(fault.kind, this.file);
    await this.run('mend the disk of', ...gone, order);
  }

  /** Under a node that is down: what was done, as a sentence. `log` is the pattern of its log's files. */
  async damage(log: string, damage: DiskDamage): Promise<string> {
    const order = diskCalls.damage(this.device, this.file, log, damage);
    const output = await this.run('damage the log of', order);
    this.isDamaged = true;
    return readDamage(output);
  }

  async undoDamage(): Promise<string> {
    if (!this.isDamaged) throw new Error(`the disk of ${this.node} was not damaged`);
    const script = diskLibrary(diskCalls.undoDamage(this.device, this.file));
    const output = await this.helper.run(script, `give node ${this.node} its log back`);
    this.isDamaged = false;
    return readUndo(output);
  }

  async probe(): Promise<DiskProbe> {
    return readProbe(await this.run('probe the disk of', diskCalls.probe(this.device, this.file)));
  }

  /** What the cut took, once the node is gone: by what was written against what is there now. */
  async loss(): Promise<PowerLoss> {
    const script = diskLibrary(diskCalls.countLoss(this.device, this.file));
    return readLoss(await this.helper.run(script, `see what node ${this.node} has lost`));
  }

  /** What the calls printed. */
  private run(doing: string, ...calls: readonly string[]): Promise<string> {
    return this.helper.run(diskLibrary(...calls), `${doing} node ${this.node}`);
  }
}

function fileOf(node: string): string {
  return `${DISKS}/${node}.img`;
}
