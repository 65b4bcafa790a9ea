import { crc32 } from 'node:zlib';
import type { JsonValue } from '../../../harness/json.js';

/**
 * A frame is what one record becomes in a segment of the log, all numbers big-endian and unsigned:
 *
 *     bytes 0–3    length of the body
 *     bytes 4–7    CRC-32 of bytes 8 to the end, begun with the frame's own offset in its file
 *     bytes 8–11   how much of this file was known to be on the disk when the frame was written
 *     bytes 12–    the body, JSON in UTF-8
 *
 * The offset in the checksum keeps a frame that stands in the wrong place from passing.
 */
const HEAD_BYTES = 12;

/** A frame that was read whole. */
export interface Frame {
  value: JsonValue;
  /** Everything before this offset had been synced when the frame was written. */
  syncedBytes: number;
  /** Where the next frame begins. */
  end: number;
}

/** The bytes of one frame that will stand at `offset`. */
export function encodeFrame(value: JsonValue, offset: number, syncedBytes: number): Buffer {
  const body = JSON.stringify(value);
  const length = Buffer.byteLength(body);
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + length);
  bytes.writeUInt32BE(length, 0);
  bytes.writeUInt32BE(syncedBytes, 8);
  bytes.write(body, HEAD_BYTES);
  bytes.writeUInt32BE(crc32(bytes.subarray(8), offset), 4);
  return bytes;
}

/** The bytes of several frames, the first of which will stand at `offset`. */
export function encodeFrames(
  values: readonly JsonValue[],
  offset: number,
  syncedBytes: number,
): Buffer {
  if (values.length === 1) return encodeFrame(values[0], offset, syncedBytes);
  let end = offset;
  const frames = values.map((value) => {
    const frame = encodeFrame(value, end, syncedBytes);
    end += frame.length;
    return frame;
  });
  return Buffer.concat(frames);
}

/** The frame that stands at `offset`, or what is wrong with the bytes there. */
export function decodeFrame(file: Buffer, offset: number): Frame | { expected: string } {
  if (file.length - offset < HEAD_BYTES) {
    return { expected: `a frame's head of ${HEAD_BYTES} bytes, found ${file.length - offset}` };
  }
  const length = file.readUInt32BE(offset);
  const end = offset + HEAD_BYTES + length;
  if (length === 0 || end > file.length) {
    return { expected: `a body of ${length} bytes, found ${file.length - offset - HEAD_BYTES}` };
  }
  const checksum = file.readUInt32BE(offset + 4);
  const found = crc32(file.subarray(offset + 8, end), offset);
  if (found !== checksum) {
    return { expected: `the checksum ${hex(checksum)}, found ${hex(found)}` };
  }
  const value = JSON.parse(file.toString('utf8', offset + HEAD_BYTES, end)) as JsonValue;
  return { value, syncedBytes: file.readUInt32BE(offset + 8), end };
}

/**
 * Whether some whole frame after `offset`, at any byte, says that the bytes at `offset` had been synced.
 * Almost every offset is ruled out by its length alone: inside of JSON text the first of four bytes is at
 * least 0x20, a length of half a gigabyte.
 */
export function wasSynced(file: Buffer, offset: number): boolean {
  for (let at = offset + 1; at + HEAD_BYTES < file.length; at++) {
    const length = file.readUInt32BE(at);
    if (length === 0 || at + HEAD_BYTES + length > file.length) continue;
    if (file.readUInt32BE(at + 8) <= offset) continue;
    if ('value' in decodeFrame(file, at)) return true;
  }
  return false;
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(8, '0');
}
