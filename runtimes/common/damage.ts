import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Crash, DiskDamage, DiskFault } from '../../harness/contracts/cluster.js';

/** A file as a failing medium leaves it, and what was done as a sentence; `bytes`, not empty, stays as it is. */
export function damageBytes(
  bytes: Buffer,
  { kind, draw }: DiskDamage,
): { bytes: Buffer; what: string } {
  const offset = Math.floor(draw * bytes.length);
  if (kind === 'truncate-tail') {
    const what = `cut from ${bytes.length} to ${offset} bytes`;
    return { bytes: Buffer.from(bytes.subarray(0, offset)), what };
  }
  const bit = Math.floor(draw * 8 * bytes.length) % 8;
  const damaged = Buffer.from(bytes);
  damaged[offset] ^= 1 << bit;
  return {
    bytes: damaged,
    what: `bit ${bit} of byte ${offset} of ${bytes.length} was flipped (${bytes[offset]} to ${damaged[offset]})`,
  };
}

/** What a crash says of the disk that it happened on. A slow one lets nobody end. */
export function diskExcuse(fault: DiskFault | null, isDamaged: boolean): Crash['disk'] {
  if (fault !== null && fault.kind !== 'slow') return fault.kind;
  return isDamaged ? 'damaged' : undefined;
}

/** A file that was damaged where it lies. */
export interface DamagedFile {
  path: string;
  /** What was done, as a sentence. */
  what: string;
  before: Buffer;
}

/** Damages the last file by name, which is the newest of a log. Throws where there is none that is not empty. */
export async function damageNewest(directory: string, damage: DiskDamage): Promise<DamagedFile> {
  for (const name of (await readdir(directory)).sort().reverse()) {
    const path = join(directory, name);
    const before = await readFile(path);
    if (before.length === 0) continue;
    const { bytes, what } = damageBytes(before, damage);
    await writeFile(path, bytes);
    return { path, what: `${name}: ${what}`, before };
  }
  throw new Error(`there is nothing in ${directory} yet`);
}

/** Says what was done, as a sentence. */
export async function undoDamage({ path, before }: DamagedFile): Promise<string> {
  await writeFile(path, before);
  return `${basename(path)}: its ${before.length} bytes are as they were`;
}
