import fs from 'node:fs';
import path from 'node:path';
import type { FileStore, SyncDone } from '../../../harness/contracts/file-store.js';
import {
  commonPrefix,
  syncedCopyAt,
  type SyncedCopy,
} from '../../../harness/machine/synced-copy.js';

/** What is known of the copy of one file. */
interface CopiedFile {
  /** So many bytes at the beginning are the same in the file and in its copy. */
  same: number;
  /** How often the file was cut; what was read before the last cut says nothing about what stands there now. */
  cuts: number;
  /** The sync whose content the copy has. */
  sync: number;
}

/** What a sync that has begun will have brought to the disk. */
interface Captured {
  /** Syncs are counted as they begin; they may end in another order. */
  sync: number;
  from: number;
  bytes: Buffer;
  cuts: number;
}

/**
 * A directory that keeps beside it a copy of exactly what was synced, so that a harness without root can cut
 * the power of a process: kill it, and give it the copy for its data (`returnToSynced`). A plain kill loses
 * nothing, as the directory itself is what the node reads and writes; what was not synced before the kill is
 * not synced after it either. The copy is written when a sync has ended and before it is reported: an answer
 * that does not wait for its sync can be lost. It is never synced itself, for it is only to survive the node.
 */
export class SyncedFileStore implements FileStore {
  private readonly copy: SyncedCopy;
  private readonly copied = new Map<string, CopiedFile>();
  private begun = 0;
  private running = 0;
  private namesOf = 0;

  /** `directory` is where `below` keeps its files. Both directories lie on one file system. */
  constructor(
    private readonly below: FileStore,
    private readonly directory: string,
    copyDirectory: string,
  ) {
    this.copy = syncedCopyAt(copyDirectory);
    fs.mkdirSync(this.copy.contents, { recursive: true });
    fs.mkdirSync(this.copy.holds, { recursive: true });
    if (!fs.existsSync(this.copy.names)) this.takeAll();
  }

  list(): string[] {
    return this.below.list();
  }

  read(name: string): Uint8Array {
    return this.below.read(name);
  }

  append(name: string, bytes: Uint8Array): void {
    this.below.append(name, bytes);
  }

  truncate(name: string, length: number): void {
    this.below.truncate(name, length);
    const known = this.copied.get(this.inodeOf(name));
    if (known === undefined) return;
    known.same = Math.min(known.same, length);
    known.cuts++;
  }

  rename(from: string, to: string): void {
    this.below.rename(from, to);
  }

  remove(name: string): void {
    this.below.remove(name);
  }

  sync(name: string, done: SyncDone): void {
    const inode = this.hold(name);
    const captured = this.capture(name, inode);
    this.ending(
      (ended) => this.below.sync(name, ended),
      () => this.keep(inode, captured),
      done,
    );
  }

  syncDirectory(done: SyncDone): void {
    const names = this.currentNames();
    const sync = ++this.begun;
    this.ending(
      (ended) => this.below.syncDirectory(ended),
      () => this.keepNames(sync, names),
      done,
    );
  }

  /** Begins a sync below; when it has ended well, `keep` is called before that is reported. */
  private ending(begin: (ended: SyncDone) => void, keep: () => void, done: SyncDone): void {
    this.running++;
    begin((error) => {
      this.running--;
      try {
        if (error === undefined) keep();
      } catch (failure) {
        done(failure as Error);
        return;
      }
      done(error);
    });
  }

  /** A directory without a copy: all that it holds counts as synced. */
  private takeAll(): void {
    for (const name of this.below.list()) {
      const inode = this.hold(name);
      this.keep(inode, this.capture(name, inode));
    }
    this.keepNames(++this.begun, this.currentNames());
  }

  private capture(name: string, inode: string): Captured {
    let known = this.copied.get(inode);
    if (known === undefined) {
      const content = this.copy.content(inode);
      const before = fs.existsSync(content) ? fs.readFileSync(content) : Buffer.alloc(0);
      known = { same: commonPrefix(before, this.below.read(name)), cuts: 0, sync: 0 };
      this.copied.set(inode, known);
    }
    const { same: from, cuts } = known;
    const bytes = readFrom(path.join(this.directory, name), from);
    return { sync: ++this.begun, from, bytes, cuts };
  }

  private keep(inode: string, { sync, from, bytes, cuts }: Captured): void {
    const known = this.copied.get(inode);
    if (known === undefined || sync < known.sync) return;
    const { O_RDWR, O_CREAT } = fs.constants;
    const descriptor = fs.openSync(this.copy.content(inode), O_RDWR | O_CREAT);
    try {
      for (let at = 0; at < bytes.length;) {
        at += fs.writeSync(descriptor, bytes, at, bytes.length - at, from + at);
      }
      fs.ftruncateSync(descriptor, from + bytes.length);
    } finally {
      fs.closeSync(descriptor);
    }
    known.sync = sync;
    known.same = cuts === known.cuts ? from + bytes.length : 0;
  }

  private keepNames(sync: number, names: Readonly<Record<string, string>>): void {
    if (sync < this.namesOf) return;
    this.namesOf = sync;
    const fresh = `${this.copy.names}.new`;
    fs.writeFileSync(fresh, JSON.stringify(names));
    fs.renameSync(fresh, this.copy.names);
    if (this.running > 0) return;
    const needed = new Set(Object.values(names));
    for (const inode of fs.readdirSync(this.copy.holds)) {
      if (!needed.has(inode) && fs.statSync(this.copy.held(inode)).nlink === 1) this.forget(inode);
    }
  }

  /** Of a file that is gone, by its last sync too. */
  private forget(inode: string): void {
    this.copied.delete(inode);
    fs.rmSync(this.copy.content(inode), { force: true });
    fs.unlinkSync(this.copy.held(inode));
  }

  private currentNames(): Record<string, string> {
    return Object.fromEntries(this.below.list().map((name) => [name, this.hold(name)]));
  }

  /** Keeps the file's inode from ever being another file's, and says its number. */
  private hold(name: string): string {
    const inode = this.inodeOf(name);
    if (this.copied.has(inode)) return inode;
    const held = this.copy.held(inode);
    if (!fs.existsSync(held)) fs.linkSync(path.join(this.directory, name), held);
    return inode;
  }

  private inodeOf(name: string): string {
    return String(fs.statSync(path.join(this.directory, name), { bigint: true }).ino);
  }
}

function readFrom(file: string, from: number): Buffer {
  const descriptor = fs.openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fs.fstatSync(descriptor).size - from));
    let at = 0;
    for (let read = -1; at < bytes.length && read !== 0; at += read) {
      read = fs.readSync(descriptor, bytes, at, bytes.length - at, from + at);
    }
    return bytes.subarray(0, at);
  } finally {
    fs.closeSync(descriptor);
  }
}
