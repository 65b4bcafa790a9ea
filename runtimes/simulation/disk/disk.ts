import type {
  Crash,
  DiskDamage,
  DiskFault,
  DiskProbe,
  PowerLoss,
} from '../../../harness/contracts/cluster.js';
import type { FileStore, SyncDone } from '../../../harness/contracts/file-store.js';
import type { Random } from '../../../harness/environment/random.js';
import { damageBytes, diskExcuse } from '../../common/damage.js';
import {
  appendTo,
  applyChange,
  bytesOf,
  durableInode,
  EMPTY,
  emptyInode,
  type Inode,
  type NameOperation,
} from './files.js';
import { lossBetween, tear } from './power-cut.js';
import { DiskError, refuseWrites, syncRefusal } from './refusal.js';

/**
 * A disk in memory. A kill leaves everything as it was written; a power cut keeps as little as `FileStore`
 * promises, and of the rest what is drawn at random: of unsynced content any blocks, of unsynced names any changes.
 *
 * `endSync` is handed the end of each sync, to be called when the disk is done: its time is the caller's affair.
 */
export class SimulatedDisk implements FileStore {
  private names = new Map<string, Inode>();
  private durableNames = new Map<string, Inode>();
  private unsyncedNames: NameOperation[] = [];
  private fault: DiskFault | null = null;
  /** What was there before it was damaged. */
  private undamaged: { name: string; bytes: Buffer } | undefined;
  /** Counts power cuts: a sync that one of them has overtaken never ends. */
  private cuts = 0;

  constructor(
    private readonly random: Random,
    private readonly endSync: (end: () => void, extraMs: number) => void,
  ) {}

  list(): string[] {
    return [...this.names.keys()].sort();
  }

  read(name: string): Uint8Array {
    return bytesOf(this.inode(name).current);
  }

  append(name: string, added: Uint8Array): void {
    refuseWrites(this.fault);
    if (!this.names.has(name)) {
      this.change({ kind: 'link', name, inode: emptyInode() });
    }
    appendTo(this.inode(name).current, added);
  }

  /** What a sync may still refer to is left alone: what is written from here on goes into a copy. */
  truncate(name: string, length: number): void {
    refuseWrites(this.fault);
    const inode = this.inode(name);
    const kept = Math.min(length, inode.current.length);
    inode.current = { bytes: Buffer.from(inode.current.bytes.subarray(0, kept)), length: kept };
    inode.untouched = Math.min(inode.untouched, kept);
  }

  rename(from: string, to: string): void {
    refuseWrites(this.fault);
    this.change({ kind: 'rename', from, to, inode: this.inode(from) });
  }

  remove(name: string): void {
    refuseWrites(this.fault);
    this.inode(name);
    this.change({ kind: 'remove', name });
  }

  sync(name: string, done: SyncDone): void {
    const inode = this.inode(name);
    const content = { ...inode.current };
    this.later(done, () => {
      inode.durable = content;
      inode.untouched = Math.min(content.length, inode.current.length);
    });
  }

  syncDirectory(done: SyncDone): void {
    const names = new Map(this.names);
    const changes = this.unsyncedNames.length;
    this.later(done, () => {
      this.durableNames = names;
      this.unsyncedNames = this.unsyncedNames.slice(changes);
    });
  }

  /** The disk as it is found when the power is back. */
  losePower(): PowerLoss {
    const before = new Map([...this.names].map(([name, { current }]) => [name, { ...current }]));
    const names = new Map(this.durableNames);
    for (const change of this.unsyncedNames) {
      if (this.random.integer(2) === 0) applyChange(names, change);
    }
    this.cuts += 1;
    this.names = new Map();
    for (const [name, inode] of names) {
      this.names.set(name, durableInode(tear(inode, this.random)));
    }
    this.durableNames = new Map(this.names);
    this.unsyncedNames = [];
    return lossBetween(before, this.names);
  }

  /** Misbehaves from now on; null mends it. */
  break(fault: DiskFault | null): void {
    this.fault = fault;
  }

  /** What lets its node end at present. */
  get excuse(): Crash['disk'] {
    return diskExcuse(this.fault, this.undamaged !== undefined);
  }

  /** Writes nothing that would stay. */
  probe(done: (refusal: DiskProbe['refusal']) => void): void {
    try {
      refuseWrites(this.fault);
    } catch (error) {
      done(error instanceof DiskError ? error.code : String(error));
      return;
    }
    this.later(
      (error) => done(error instanceof DiskError ? error.code : undefined),
      () => undefined,
    );
  }

  /** Changes the newest file as a failing medium would. Throws where there is no file yet. */
  damage(damage: DiskDamage): string {
    const name = this.list().findLast((each) => this.inode(each).current.length > 0);
    if (name === undefined) throw new Error('there is nothing on the disk yet');
    const bytes = Buffer.from(this.read(name));
    this.undamaged = { name, bytes };
    const damaged = damageBytes(bytes, damage);
    this.replace(name, damaged.bytes);
    return `${name}: ${damaged.what}`;
  }

  /** A refused start may have removed the file altogether. */
  undoDamage(): string {
    if (this.undamaged === undefined) throw new Error('the disk was not damaged');
    const { name, bytes } = this.undamaged;
    this.undamaged = undefined;
    if (!this.names.has(name)) this.append(name, EMPTY.bytes);
    this.replace(name, bytes);
    return `${name}: its ${bytes.length} bytes are as they were`;
  }

  private replace(name: string, bytes: Buffer): void {
    Object.assign(this.inode(name), durableInode(bytes));
  }

  private later(done: SyncDone, take: () => void): void {
    const { fault, cuts } = this;
    const end = (): void => {
      if (cuts !== this.cuts) return;
      const error = syncRefusal(fault);
      if (!error) take();
      done(error);
    };
    this.endSync(end, fault?.kind === 'slow' ? fault.delayMs : 0);
  }

  private change(change: NameOperation): void {
    this.unsyncedNames.push(change);
    applyChange(this.names, change);
  }

  private inode(name: string): Inode {
    const inode = this.names.get(name);
    if (!inode) throw new Error(`no such file: ${name}`);
    return inode;
  }
}
