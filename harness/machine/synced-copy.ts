import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PowerLoss } from '../contracts/cluster.js';

/**
 * What of a node's data directory would survive a power cut, kept beside it by the node itself. As in a file
 * system, contents and names are apart:
 *
 *     names.json       the directory at its last sync, { name: inode }; absent where all of the data is synced
 *     content/INODE    the file of this inode at its last sync; absent where it was never synced
 *     held/INODE       a hard link to the file, so that no other file gets its number
 */
export interface SyncedCopy {
  names: string;
  content(inode: string): string;
  held(inode: string): string;
  contents: string;
  holds: string;
}

export function syncedCopyAt(directory: string): SyncedCopy {
  const [contents, holds] = [join(directory, 'content'), join(directory, 'held')];
  return {
    names: join(directory, 'names.json'),
    contents,
    holds,
    content: (inode) => join(contents, inode),
    held: (inode) => join(holds, inode),
  };
}

/**
 * Cuts the power of a node that is dead already: its data directory becomes what it had synced, and what was
 * in the page cache alone is gone. All of what is left is synced, so the copy begins anew.
 */
export async function returnToSynced(
  dataDirectory: string,
  copyDirectory: string,
): Promise<PowerLoss> {
  const copy = syncedCopyAt(copyDirectory);
  const names = await readNames(copy);
  const loss: PowerLoss = { lostBytes: 0, lostFiles: 0 };
  if (names !== undefined) {
    const restored = `${dataDirectory}.${randomUUID()}`;
    await mkdir(restored);
    for (const [name, inode] of Object.entries(names)) {
      await writeFile(join(restored, name), await readOr(copy.content(inode), Buffer.alloc(0)));
    }
    for (const name of await readdir(dataDirectory)) {
      const before = await readFile(join(dataDirectory, name));
      const lostBytes = bytesLost(before, await readOr(join(restored, name), undefined));
      loss.lostBytes += lostBytes ?? 0;
      loss.lostFiles += lostBytes === undefined ? 0 : 1;
    }
    await rm(dataDirectory, { recursive: true });
    await rename(restored, dataDirectory);
  }
  await rm(copyDirectory, { recursive: true, force: true });
  return loss;
}

async function readNames({ names }: SyncedCopy): Promise<Record<string, string> | undefined> {
  const text = await readOr(names, undefined);
  return text && (JSON.parse(text.toString()) as Record<string, string>);
}

/** The file's content; `missing` where there is no such file. */
async function readOr<T>(path: string, missing: T): Promise<Buffer | T> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return missing;
    throw error;
  }
}

/** How many bytes behind the last common one are gone; undefined where nothing is. */
function bytesLost(before: Buffer, after: Buffer | undefined): number | undefined {
  if (after === undefined) return before.length;
  return before.equals(after) ? undefined : before.length - commonPrefix(before, after);
}

/** How many bytes two contents have in common from their beginning on. */
export function commonPrefix(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  if (Buffer.compare(a.subarray(0, shorter), b.subarray(0, shorter)) === 0) return shorter;
  let at = 0;
  while (a[at] === b[at]) at++;
  return at;
}
