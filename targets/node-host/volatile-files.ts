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
  /** Files below whose removal, or replacement, was not synced. */
  private readonly dead = new Set<string>();
  private unnamed = 0;

  constructor(private readonly below: FileStore) {
    for (const name of below.list()) {
      if (UNNAMED.test(name)) below.remove(name);
      else {
        const bytesBelow = below.read(name).length;
        this.files.set(name, { nameBelow: name, bytesBelow, added: [] });
      }
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
    const file = this.file(from);
    if (from === to) return;
    if (this.files.has(to)) this.remove(to);
    this.files.set(to, file);
    this.files.delete(from);
  }

  remove(name: string): void {
    const { nameBelow } = this.file(name);
    if (nameBelow !== undefined) this.dead.add(nameBelow);
    this.files.delete(name);
  }

  sync(name: string, done: SyncDone): void {
    const file = this.file(name);
    const nameBelow = this.placeBelow(file);
    this.below.truncate(nameBelow, file.bytesBelow);
    for (const bytes of file.added) {
      this.below.append(nameBelow, bytes);
      file.bytesBelow += bytes.length;
    }
    file.added = [];
    this.below.sync(nameBelow, done);
  }

  syncDirectory(done: SyncDone): void {
    for (let wrong = this.misnamed(); wrong.length > 0; wrong = this.misnamed()) {
      // A name may still be that of a file that gets another one itself; in a circle all are.
      const free = wrong.find(([name]) => !this.isLivingBelow(name));
      const [name, file] = free ?? [this.newName(), wrong[0][1]];
      this.below.rename(this.placeBelow(file), name);
      this.dead.delete(name);
      file.nameBelow = name;
    }
    for (const name of this.dead) this.below.remove(name);
    this.dead.clear();
    this.below.syncDirectory(done);
  }

  private misnamed(): [string, VolatileFile][] {
    return [...this.files].filter(([name, { nameBelow }]) => name !== nameBelow);
  }

  private isLivingBelow(name: string): boolean {
    return [...this.files.values()].some(({ nameBelow }) => nameBelow === name);
  }

  /** What it is called below, where it is from now on. */
  private placeBelow(file: VolatileFile): string {
    if (file.nameBelow === undefined) {
      file.nameBelow = this.newName();
      this.below.append(file.nameBelow, new Uint8Array());
    }
    return file.nameBelow;
  }

  private newName(): string {
    return `unnamed-${++this.unnamed}`;
  }

  private file(name: string): VolatileFile {
    const file = this.files.get(name);
    if (!file) throw new Error(`no such file: ${name}`);
    return file;
  }
}
