import type { FileStore, SyncDone } from '../../harness/contracts/file-store.js';
import type { Random } from '../../harness/environment/random.js';

/** A file's content, whatever its name. */
interface Inode {
  durable: Buffer;
  current: Buffer;
  /** No byte before this was touched since `durable` was. */
  untouched: number;
}

type NameOperation =
  | { kind: 'link'; name: string; inode: Inode }
  | { kind: 'rename'; from: string; to: string }
  | { kind: 'remove'; name: string };

/** Thrown by every operation from the cut on, as nothing runs any more. */
export class PowerCut extends Error {}

/**
 * A disk in memory whose power fails before its `cutBefore`-th operation; the end of a sync counts as an
 * operation too. It then keeps as little as `FileStore` promises, and of the rest what the dice say: of
 * unsynced content any blocks, of unsynced names any changes. Syncs end when `finishSync` is called.
 */
export class PowerCutDisk implements FileStore {
  operations = 0;
  private names = new Map<string, Inode>();
  private durableNames = new Map<string, Inode>();
  private unsyncedNames: NameOperation[] = [];
  private readonly syncs: (() => void)[] = [];

  constructor(
    private readonly random: Random,
    public cutBefore = Infinity,
  ) {}

  list(): string[] {
    return [...this.names.keys()].sort();
  }

  read(name: string): Uint8Array {
    return Buffer.from(this.inode(name).current);
  }

  append(name: string, bytes: Uint8Array): void {
    this.count();
    if (!this.names.has(name)) {
      const inode = { durable: Buffer.alloc(0), current: Buffer.alloc(0), untouched: 0 };
      this.change({ kind: 'link', name, inode });
    }
    const inode = this.inode(name);
    inode.current = Buffer.concat([inode.current, bytes]);
  }

  truncate(name: string, length: number): void {
    this.count();
    const inode = this.inode(name);
    inode.current = inode.current.subarray(0, length);
    inode.untouched = Math.min(inode.untouched, length);
  }

  rename(from: string, to: string): void {
    this.count();
    this.inode(from);
    this.change({ kind: 'rename', from, to });
  }

  remove(name: string): void {
    this.count();
    this.inode(name);
    this.change({ kind: 'remove', name });
  }

  sync(name: string, done: SyncDone): void {
    this.count();
    const inode = this.inode(name);
    const content = inode.current;
    this.syncs.push(() => {
      inode.durable = content;
      inode.untouched = Math.min(content.length, inode.current.length);
      done();
    });
  }

  syncDirectory(done: SyncDone): void {
    this.count();
    const names = new Map(this.names);
    const changes = this.unsyncedNames.length;
    this.syncs.push(() => {
      this.durableNames = names;
      this.unsyncedNames = this.unsyncedNames.slice(changes);
      done();
    });
  }

  /** Ends the oldest sync; false where none runs. */
  finishSync(): boolean {
    if (this.syncs.length === 0) return false;
    this.count();
    this.syncs.shift()?.();
    return true;
  }

  /** The disk as the next process finds it when only this one was killed. */
  afterKill(): PowerCutDisk {
    const found = new PowerCutDisk(this.random);
    found.names = this.names;
    found.durableNames = this.durableNames;
    found.unsyncedNames = this.unsyncedNames;
    return found;
  }

  /** The disk as it is found when the power is back. */
  afterPowerCut(): PowerCutDisk {
    const found = new PowerCutDisk(this.random);
    const names = new Map(this.durableNames);
    for (const change of this.unsyncedNames) {
      if (this.random.integer(2) === 0) apply(names, change);
    }
    for (const [name, inode] of names) {
      const content = this.tear(inode);
      found.names.set(name, { durable: content, current: content, untouched: content.length });
    }
    found.durableNames = new Map(found.names);
    return found;
  }

  /** Changes one byte, as a failing disk would. */
  flip(name: string, offset: number): void {
    this.inode(name).current[offset] ^= 1 << this.random.integer(8);
  }

  /** Each block that was touched is the old one, the new one, or zeros. */
  private tear({ durable, current, untouched }: Inode): Buffer {
    if (this.random.integer(8) === 0) return Buffer.from(current);
    const longest = Math.max(durable.length, current.length);
    const length = untouched + this.random.integer(longest - untouched + 1);
    const torn = Buffer.alloc(length);
    const blockBytes = 1 + this.random.integer(40);
    for (let at = untouched; at < length; at += blockBytes) {
      const source = this.random.pick([durable, current, current, Buffer.alloc(0)]);
      source.subarray(at, at + blockBytes).copy(torn, at);
    }
    current.copy(torn, 0, 0, untouched);
    return torn;
  }

  private change(change: NameOperation): void {
    this.unsyncedNames.push(change);
    apply(this.names, change);
  }

  private inode(name: string): Inode {
    const inode = this.names.get(name);
    if (!inode) throw new Error(`no such file: ${name}`);
    return inode;
  }

  private count(): void {
    if (this.operations >= this.cutBefore) throw new PowerCut('the power is off');
    this.operations++;
  }
}

/** A change whose file was never seen under that name has no effect. */
function apply(names: Map<string, Inode>, change: NameOperation): void {
  if (change.kind === 'link') names.set(change.name, change.inode);
  else if (change.kind === 'remove') names.delete(change.name);
  else {
    const inode = names.get(change.from);
    if (!inode) return;
    names.delete(change.from);
    names.set(change.to, inode);
  }
}
