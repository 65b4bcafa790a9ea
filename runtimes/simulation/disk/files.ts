/** A content that is never changed in place: what is behind `length` may be written, what is before not. */
export interface Content {
  bytes: Buffer;
  length: number;
}

/** A file's content, whatever its name. */
export interface Inode {
  current: Content;
  durable: Content;
  /** No byte before this was touched since `durable` was. */
  untouched: number;
}

export type NameOperation =
  | { kind: 'link'; name: string; inode: Inode }
  | { kind: 'rename'; from: string; to: string; inode: Inode }
  | { kind: 'remove'; name: string };

export const EMPTY: Content = { bytes: Buffer.alloc(0), length: 0 };

/** A file that is new, and that no power cut need spare. */
export function emptyInode(): Inode {
  return { durable: EMPTY, current: { ...EMPTY }, untouched: 0 };
}

/** What has just been read from the disk, or put on it past all caches. */
export function durableInode(bytes: Buffer): Inode {
  const content = { bytes, length: bytes.length };
  return { durable: { ...content }, current: content, untouched: bytes.length };
}

/** The bytes that it has. */
export function bytesOf({ bytes, length }: Content): Buffer {
  return bytes.subarray(0, length);
}

export function appendTo(content: Content, added: Uint8Array): void {
  const length = content.length + added.length;
  if (length > content.bytes.length) content.bytes = grown(content, length);
  content.bytes.set(added, content.length);
  content.length = length;
}

function grown({ bytes, length }: Content, least: number): Buffer {
  const larger = Buffer.alloc(Math.max(least, 2 * bytes.length, 1024));
  bytes.copy(larger, 0, 0, length);
  return larger;
}

/** A directory names files by their inodes: a rename that is kept without an earlier change means the same file. */
export function applyChange(names: Map<string, Inode>, change: NameOperation): void {
  if (change.kind === 'link') names.set(change.name, change.inode);
  else if (change.kind === 'remove') names.delete(change.name);
  else {
    if (names.get(change.from) === change.inode) names.delete(change.from);
    names.set(change.to, change.inode);
  }
}
