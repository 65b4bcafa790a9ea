import { open } from 'node:fs/promises';
import { lastLines } from '../../harness/text/lines.js';

/** More than any tail that a person reads. */
const TAIL_BYTES = 64 * 1024;

/** The last `lines` lines of a file, without reading all of it; empty where there is no file yet. */
export async function readTail(path: string, lines: number): Promise<string> {
  let file;
  try {
    file = await open(path, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = await file.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return lastLines(buffer.toString('utf8', 0, bytesRead), lines);
  } finally {
    await file.close();
  }
}
