/** Called once when a sync is over. An error means that nobody knows what is on the disk. */
export type SyncDone = (error?: Error) => void;

/**
 * A flat directory of files, as little of a file system as a log needs. Real in `nodes/host`,
 * virtual in the simulation. Every operation is seen by later reads at once and survives a kill; what
 * survives a power cut is less, and a store may lose exactly that much:
 *
 * - of a file: its content at the start of its last successful `sync`, and of later writes any part,
 *   in any order, torn anywhere;
 * - of names: the directory at the start of the last successful `syncDirectory`, and of later
 *   creations, renames and removals those that the store happened to keep.
 *
 * Operations throw where they fail (no such file, disk full); `sync` and `syncDirectory` report
 * through `done`, never before they return. After an error a caller must not try again: the kernel may
 * have dropped the pages that it could not write and report success the next time (Rebello et al.,
 * "Can Applications Recover from fsync Failures?", ATC 2020).
 */
export interface FileStore {
  /** The names of all files, sorted. */
  list(): string[];
  /** The whole content. */
  read(name: string): Uint8Array;
  /** Writes at the end; makes the file where there is none. */
  append(name: string, bytes: Uint8Array): void;
  truncate(name: string, length: number): void;
  /** Replaces what bears the name `to`. */
  rename(from: string, to: string): void;
  remove(name: string): void;
  sync(name: string, done: SyncDone): void;
  syncDirectory(done: SyncDone): void;
}
