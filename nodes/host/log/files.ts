import fs from 'node:fs';
import path from 'node:path';
import type { FileStore, SyncDone } from '../../../harness/contracts/file-store.js';

/**
 * A directory of the machine's own file system, made where it is missing. Writes are synchronous (they
 * only reach the page cache); syncs run in libuv's threads, so that the node goes on meanwhile.
 */
export function openDirectory(directory: string): FileStore {
  fs.mkdirSync(directory, { recursive: true });
  return new RealFileStore(directory);
}

class RealFileStore implements FileStore {
  private readonly directory: string;
  /** Descriptors of the files that were written to, by name. */
  private readonly open = new Map<string, number>();

  constructor(directory: string) {
    this.directory = directory;
  }

  list(): string[] {
    return fs.readdirSync(this.directory).sort();
  }

  read(name: string): Uint8Array {
    return fs.readFileSync(this.path(name));
  }

  append(name: string, bytes: Uint8Array): void {
    const descriptor = this.descriptor(name);
    // A short write is legal (a full disk, a signal); the rest is then written, or throws.
    for (let from = 0; from < bytes.length;) {
      from += fs.writeSync(descriptor, bytes, from, bytes.length - from);
    }
  }

  truncate(name: string, length: number): void {
    fs.ftruncateSync(this.descriptor(name), length);
  }

  rename(from: string, to: string): void {
    this.close(to);
    fs.renameSync(this.path(from), this.path(to));
    const descriptor = this.open.get(from);
    if (descriptor === undefined) return;
    this.open.delete(from);
    this.open.set(to, descriptor);
  }

  remove(name: string): void {
    this.close(name);
    fs.unlinkSync(this.path(name));
  }

  sync(name: string, done: SyncDone): void {
    fs.fdatasync(this.descriptor(name), (error) => {
      done(error ?? undefined);
    });
  }

  syncDirectory(done: SyncDone): void {
    const descriptor = fs.openSync(this.directory, 'r');
    fs.fsync(descriptor, (error) => {
      fs.closeSync(descriptor);
      done(error ?? undefined);
    });
  }

  private descriptor(name: string): number {
    let descriptor = this.open.get(name);
    if (descriptor === undefined) {
      descriptor = fs.openSync(this.path(name), 'a');
      this.open.set(name, descriptor);
    }
    return descriptor;
  }

  private close(name: string): void {
    const descriptor = this.open.get(name);
    if (descriptor === undefined) return;
    this.open.delete(name);
    fs.closeSync(descriptor);
  }

  private path(name: string): string {
    return path.join(this.directory, name);
  }
}
