import type {
  Crash,
  DiskDamage,
  DiskFault,
  DiskProbe,
  PowerLoss,
} from '../../harness/contracts/cluster.js';
import type { FileStore, SyncDone } from '../../harness/contracts/file-store.js';
import type { Random } from '../../harness/environment/random.js';
import { damageBytes, diskExcuse } from '../common/damage.js';

/** A content that is never changed in place: what is behind `length` may be written, what is before not. */
interface Content {
  bytes: Buffer;
  length: number;
}

/** A file's content, whatever its name. */
interface Inode {
  current: Content;
  durable: Content;
  /** No byte before this was touched since `durable` was. */
  untouched: number;
}

type NameOperation =
  | { kind: 'link'; name: string; inode: Inode }
  | { kind: 'rename'; from: string; to: string; inode: Inode }
  | { kind: 'remove'; name: string };

const EMPTY: Content = { bytes: Buffer.alloc(0), length: 0 };
/** A disk writes blocks of a few hundred bytes; small ones make more ways to tear a small log. */
const LARGEST_BLOCK_BYTES = 64;

/** The error that a program sees where its disk does not obey, as the operating system names it. */
class DiskError extends Error {
  override readonly name = 'DiskError';
  constructor(readonly code: 'ENOSPC' | 'EROFS' | 'EIO') {
    super(`${code}: the simulated disk refuses`);
  }
}

const REFUSALS = { full: 'ENOSPC', 'read-only': 'EROFS', errors: 'EIO' } as const;

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
    const { bytes, length } = this.inode(name).current;
    return bytes.subarray(0, length);
  }

  append(name: string, added: Uint8Array): void {
    this.refuseWrites();
    if (!this.names.has(name)) {
      this.change({
        kind: 'link',
        name,
        inode: { durable: EMPTY, current: { ...EMPTY }, untouched: 0 },
      });
    }
    const { current } = this.inode(name);
    const length = current.length + added.length;
    if (length > current.bytes.length) current.bytes = grown(current, length);
    current.bytes.set(added, current.length);
    current.length = length;
  }

  /** What a sync may still refer to is left alone: what is written from here on goes into a copy. */
  truncate(name: string, length: number): void {
    this.refuseWrites();
    const inode = this.inode(name);
    const kept = Math.min(length, inode.current.length);
    inode.current = { bytes: Buffer.from(inode.current.bytes.subarray(0, kept)), length: kept };
    inode.untouched = Math.min(inode.untouched, kept);
  }

  rename(from: string, to: string): void {
    this.refuseWrites();
    this.change({ kind: 'rename', from, to, inode: this.inode(from) });
  }

  remove(name: string): void {
    this.refuseWrites();
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
      if (this.random.integer(2) === 0) apply(names, change);
    }
    this.cuts += 1;
    this.names = new Map();
    for (const [name, inode] of names) {
      const bytes = this.tear(inode);
      const content = { bytes, length: bytes.length };
      this.names.set(name, { durable: { ...content }, current: content, untouched: bytes.length });
    }
    this.durableNames = new Map(this.names);
    this.unsyncedNames = [];
    return this.loss(before);
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
      this.refuseWrites();
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
    const inode = this.inode(name);
    inode.current = { bytes, length: bytes.length };
    inode.durable = { ...inode.current };
    inode.untouched = bytes.length;
  }

  private loss(before: ReadonlyMap<string, Content>): PowerLoss {
    let lostBytes = 0;
    let lostFiles = 0;
    for (const [name, { bytes, length }] of before) {
      const found = this.names.get(name)?.current ?? EMPTY;
      const same = commonLength(bytes.subarray(0, length), found.bytes.subarray(0, found.length));
      lostBytes += length - same;
      if (same < length || !this.names.has(name)) lostFiles += 1;
    }
    return { lostBytes, lostFiles };
  }

  /** Each block that was touched is the old one, the new one, or zeros. */
  private tear({ durable, current, untouched }: Inode): Buffer {
    const { random } = this;
    const now = current.bytes.subarray(0, current.length);
    if (random.integer(8) === 0) return Buffer.from(now);
    const old = durable.bytes.subarray(0, durable.length);
    const longest = Math.max(old.length, now.length);
    const length = untouched + random.integer(longest - untouched + 1);
    const torn = Buffer.alloc(length);
    const blockBytes = 1 + random.integer(LARGEST_BLOCK_BYTES);
    for (let at = untouched; at < length; at += blockBytes) {
      const source = random.pick([old, now, now, EMPTY.bytes]);
      source.subarray(at, at + blockBytes).copy(torn, at);
    }
    now.copy(torn, 0, 0, untouched);
    return torn;
  }

  private later(done: SyncDone, take: () => void): void {
    const { fault, cuts } = this;
    const end = (): void => {
      if (cuts !== this.cuts) return;
      const error = fault?.kind === 'errors' ? new DiskError('EIO') : undefined;
      if (!error) take();
      done(error);
    };
    this.endSync(end, fault?.kind === 'slow' ? fault.delayMs : 0);
  }

  private refuseWrites(): void {
    if (this.fault !== null && this.fault.kind !== 'slow') {
      throw new DiskError(REFUSALS[this.fault.kind]);
    }
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
}

function grown({ bytes, length }: Content, least: number): Buffer {
  const larger = Buffer.alloc(Math.max(least, 2 * bytes.length, 1024));
  bytes.copy(larger, 0, 0, length);
  return larger;
}

function commonLength(a: Buffer, b: Buffer): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return at;
  return length;
}

/** A directory names files by their inodes: a rename that is kept without an earlier change means the same file. */
function apply(names: Map<string, Inode>, change: NameOperation): void {
  if (change.kind === 'link') names.set(change.name, change.inode);
  else if (change.kind === 'remove') names.delete(change.name);
  else {
    if (names.get(change.from) === change.inode) names.delete(change.from);
    names.set(change.to, change.inode);
  }
}
