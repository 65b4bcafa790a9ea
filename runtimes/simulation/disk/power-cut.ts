import type { PowerLoss } from '../../../harness/contracts/cluster.js';
import type { Random } from '../../../harness/environment/random.js';
import { bytesOf, type Content, EMPTY, type Inode } from './files.js';

/** A disk writes blocks of a few hundred bytes; small ones make more ways to tear a small log. */
const LARGEST_BLOCK_BYTES = 64;

/** Each block that was touched is the old one, the new one, or zeros. */
export function tear({ durable, current, untouched }: Inode, random: Random): Buffer {
  const now = bytesOf(current);
  if (random.integer(8) === 0) return Buffer.from(now);
  const old = bytesOf(durable);
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

/** What is missing of what was written. */
export function lossBetween(
  before: ReadonlyMap<string, Content>,
  after: ReadonlyMap<string, Inode>,
): PowerLoss {
  let lostBytes = 0;
  let lostFiles = 0;
  for (const [name, content] of before) {
    const found = after.get(name)?.current ?? EMPTY;
    const same = commonLength(bytesOf(content), bytesOf(found));
    lostBytes += content.length - same;
    if (same < content.length || !after.has(name)) lostFiles += 1;
  }
  return { lostBytes, lostFiles };
}

function commonLength(a: Buffer, b: Buffer): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return at;
  return length;
}
