import { rm } from 'node:fs/promises';
import type {
  DiskDamage,
  PowerFacet,
  PowerLoss,
  StoredLogFacet,
} from '../../harness/contracts/cluster.js';
import { returnToSynced } from '../../harness/machine/synced-copy.js';
import { type DamagedFile, damageNewest, undoDamage } from '../common/damage.js';

/** Where a node keeps its data. */
export interface DataDirectories {
  data: string;
  /** What the node has synced of it; undefined where nobody is going to cut its power. */
  synced: string | undefined;
}

/** The power of a node: a kill, and then its data is what it had synced, as if the page cache were gone too. */
export function powerOf(data: string, synced: string, kill: () => Promise<void>): PowerFacet {
  return {
    async cut(): Promise<PowerLoss> {
      await kill();
      return returnToSynced(data, synced);
    },
  };
}

/** The log of a node of ours: the newest file in its data directory. */
export class StoredLog implements StoredLogFacet {
  /** Since it was damaged; with what takes it back. */
  private damaged: DamagedFile | undefined;

  constructor(
    private readonly node: string,
    private readonly directories: DataDirectories,
  ) {}

  get isDamaged(): boolean {
    return this.damaged !== undefined;
  }

  /** What is on a damaged disk is all that the next power cut can leave. */
  async damage(damage: DiskDamage): Promise<string> {
    const { data, synced } = this.directories;
    this.damaged = await damageNewest(data, damage);
    if (synced !== undefined) await rm(synced, { recursive: true, force: true });
    return this.damaged.what;
  }

  async restore(): Promise<string> {
    if (this.damaged === undefined) throw new Error(`the disk of ${this.node} was not damaged`);
    const undone = await undoDamage(this.damaged);
    this.damaged = undefined;
    return undone;
  }
}
