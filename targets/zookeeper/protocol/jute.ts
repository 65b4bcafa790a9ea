/**
 * ZooKeeper's serialization, Jute (zookeeper-jute's BinaryOutputArchive and BinaryInputArchive): big-endian,
 * no tags, no names. Strings, buffers and vectors have a 32-bit length before them; −1 stands for null.
 */
export class JuteWriter {
  readonly #parts: Buffer[] = [];

  int(value: number): this {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeInt32BE(value);
    this.#parts.push(bytes);
    return this;
  }

  long(value: bigint): this {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64BE(value);
    this.#parts.push(bytes);
    return this;
  }

  boolean(value: boolean): this {
    this.#parts.push(Buffer.from([value ? 1 : 0]));
    return this;
  }

  buffer(value: Uint8Array | null): this {
    if (value === null) return this.int(-1);
    this.int(value.length);
    this.#parts.push(Buffer.from(value));
    return this;
  }

  string(value: string | null): this {
    return this.buffer(value === null ? null : Buffer.from(value));
  }

  vector<T>(items: readonly T[], write: (writer: this, item: T) => void): this {
    this.int(items.length);
    for (const item of items) write(this, item);
    return this;
  }

  /** Everything that was written, without a frame around it. */
  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** Everything that was written, as it goes over the wire: its length before it. */
  frame(): Buffer {
    const body = this.bytes();
    const length = Buffer.allocUnsafe(4);
    length.writeInt32BE(body.length);
    return Buffer.concat([length, body]);
  }
}

/** Reads what `JuteWriter` writes. Throws a RangeError where the bytes end too soon or make no sense. */
export class JuteReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  int(): number {
    return this.#bytes.readInt32BE(this.#advance(4));
  }

  long(): bigint {
    return this.#bytes.readBigInt64BE(this.#advance(8));
  }

  boolean(): boolean {
    return this.#bytes[this.#advance(1)] !== 0;
  }

  buffer(): Buffer | null {
    const length = this.#length();
    if (length === -1) return null;
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  string(): string | null {
    return this.buffer()?.toString() ?? null;
  }

  vector<T>(read: (reader: this) => T): T[] {
    return Array.from({ length: Math.max(0, this.#length()) }, () => read(this));
  }

  #length(): number {
    const length = this.int();
    // A length from a broken stream must not make us allocate: nothing is longer than what is left.
    if (length < -1 || length > this.remaining) {
      throw new RangeError(`a length of ${length} with ${this.remaining} bytes left`);
    }
    return length;
  }

  #advance(count: number): number {
    if (count > this.remaining) {
      throw new RangeError(`wanted ${count} bytes, ${this.remaining} are left`);
    }
    const at = this.#offset;
    this.#offset += count;
    return at;
  }
}

/** Cuts a stream of bytes into frames. */
export class FrameSplitter {
  #pending: Buffer = Buffer.alloc(0);

  /** The bodies of the frames that are complete with this chunk, in order. */
  push(chunk: Buffer): Buffer[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const frames: Buffer[] = [];
    while (this.#pending.length >= 4) {
      const end = 4 + this.#pending.readInt32BE(0);
      if (end < 4) throw new RangeError(`a frame of ${end - 4} bytes`);
      if (this.#pending.length < end) break;
      frames.push(this.#pending.subarray(4, end));
      this.#pending = this.#pending.subarray(end);
    }
    return frames;
  }
}
