import type { FileStore, SyncDone } from '../../../harness/contracts/file-store.js';
import type { Random } from '../../../harness/environment/random.js';
import { SimulatedDisk } from '../../../runtimes/simulation/disk/disk.js';

/** Thrown by every operation from the cut on, as nothing runs any more. */
export class PowerCut extends Error {}

/** The disk below, and the syncs that it has begun. */
interface Machine {
  disk: SimulatedDisk;
  syncs: (() => void)[];
}

/**
 * The simulation's disk with a power that fails before its `cutBefore`-th operation; the end of a sync
 * counts as an operation too. Syncs end when `finishSync` is called.
 */
export class PowerCutDisk implements FileStore {
  operations = 0;
  private readonly machine: Machine;

  constructor(
    private readonly random: Random,
    public cutBefore = Infinity,
    found?: Machine,
  ) {
    this.machine = found ?? createMachine(random);
  }

  list(): string[] {
    return this.machine.disk.list();
  }

  read(name: string): Uint8Array {
    return this.machine.disk.read(name);
  }

  append(name: string, bytes: Uint8Array): void {
    this.count();
    this.machine.disk.append(name, bytes);
  }

  truncate(name: string, length: number): void {
    this.count();
    this.machine.disk.truncate(name, length);
  }

  rename(from: string, to: string): void {
    this.count();
    this.machine.disk.rename(from, to);
  }

  remove(name: string): void {
    this.count();
    this.machine.disk.remove(name);
  }

  sync(name: string, done: SyncDone): void {
    this.count();
    this.machine.disk.sync(name, done);
  }

  syncDirectory(done: SyncDone): void {
    this.count();
    this.machine.disk.syncDirectory(done);
  }

  /** Ends the oldest sync; false where none runs. */
  finishSync(): boolean {
    if (this.machine.syncs.length === 0) return false;
    this.count();
    this.machine.syncs.shift()?.();
    return true;
  }

  /** The disk as the next process finds it when only this one was killed; nobody waits for its syncs. */
  afterKill(): PowerCutDisk {
    this.machine.syncs.length = 0;
    return new PowerCutDisk(this.random, Infinity, this.machine);
  }

  /** The disk as it is found when the power is back. */
  afterPowerCut(): PowerCutDisk {
    this.machine.syncs.length = 0;
    this.machine.disk.losePower();
    return new PowerCutDisk(this.random, Infinity, this.machine);
  }

  /** Changes one bit, as a failing disk would. */
  flip(name: string, offset: number): void {
    const bytes = Uint8Array.from(this.read(name));
    bytes[offset] ^= 1 << this.random.integer(8);
    this.machine.disk.truncate(name, 0);
    this.machine.disk.append(name, bytes);
  }

  private count(): void {
    if (this.operations >= this.cutBefore) throw new PowerCut('the power is off');
    this.operations++;
  }
}

function createMachine(random: Random): Machine {
  const syncs: (() => void)[] = [];
  return { disk: new SimulatedDisk(random, (end) => syncs.push(end)), syncs };
}
