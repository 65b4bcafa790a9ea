import type { FileStore, SyncDone } from '../../harness/contracts/file-store.js';

/** A file as the node sees it: the beginning of a file below, then bytes that only memory has. */
interface VolatileFile {
  /** What the store below calls it; undefined until it is synced, or its name is. */
  nameBelow: string | undefined;
  bytesBelow: number;
  added: Uint8Array[];
}

/** Content that was synced under a name that was not: after a power cut nobody can find it. */
const UNNAMED = /^unnamed-\d+$/;

/**
 * Keeps everything in memory until it is synced, contents and names apart, and only then lets it through
 * to the store below. For a process on such a store a SIGKILL is a power cut, the most forgetful one that
 * `FileStore` allows, and nobody has to be root.
 */
export class VolatileFileStore implements FileStore {
  private readonly files = new Map<string, VolatileFile>();
  private unnamed = 0;

  constructor(private readonly below: FileStore) {
    for (const name of below.list()) {
      if (UNNAMED.test(name)) below.remove(name);
      else
        this.files.set(name, { nameBelow: name, bytesBelow: below.read(name).length, added: [] });
    }
  }

  list(): string[] {
    return [...this.files.keys()].sort();
  }

  read(name: string): Uint8Array {
    const { nameBelow, bytesBelow, added } = this.file(name);
    const kept =
      nameBelow === undefined ? [] : [this.below.read(nameBelow).subarray(0, bytesBelow)];
    return Buffer.concat([...kept, ...added]);
  }

  append(name: string, bytes: Uint8Array): void {
    let file = this.files.get(name);
    if (!file) {
      file = { nameBelow: undefined, bytesBelow: 0, added: [] };
      this.files.set(name, file);
    }
    file.added.push(Uint8Array.from(bytes));
  }

  truncate(name: string, length: number): void {
    const file = this.file(name);
    const added = Buffer.concat(file.added).subarray(0, Math.max(0, length - file.bytesBelow));
    file.added = [added];
    file.bytesBelow = Math.min(file.bytesBelow, length);
  }

  rename(from: string, to: string): void {
    this.files.set(to, this.file(from));
    this.files.delete(from);
  }

  remove(name: string): void {
    this.file(name);
    this.files.delete(name);
  }

  sync(name: string, done: SyncDone): void {
    const file = this.file(name);
    file.nameBelow ??= `unnamed-${++this.unnamed}`;
    this.below.append(file.nameBelow, new Uint8Array());
    this.below.truncate(file.nameBelow, file.bytesBelow);
    for (const bytes of file.added) {
      this.below.append(file.nameBelow, bytes);
      file.bytesBelow += bytes.length;
    }
    file.added = [];
    this.below.sync(file.nameBelow, done);
  }

  /** Renames first: one that replaces a file must not find it removed before. */
  syncDirectory(done: SyncDone): void {
    for (const [name, file] of this.files) {
      if (file.nameBelow === undefined) this.below.append(name, new Uint8Array());
      else if (file.nameBelow !== name) this.below.rename(file.nameBelow, name);
      file.nameBelow = name;
    }
    for (const name of this.below.list()) {
      if (!this.files.has(name)) this.below.remove(name);
    }
    this.below.syncDirectory(done);
  }

  private file(name: string): VolatileFile {
    const file = this.files.get(name);
    if (!file) throw new Error(`no such file: ${name}`);
    return file;
  }
}
