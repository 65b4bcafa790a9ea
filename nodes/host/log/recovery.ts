import type { FileStore } from '../../../harness/contracts/file-store.js';
import type { JsonValue } from '../../../harness/json.js';
import { decodeFrame, wasSynced } from './frame.js';

/**
 * The log on disk. A checkpoint begins a generation; a generation is a run of segments:
 *
 *     wal-<generation>-<sequence>.log      sequence 0, 1, 2 …
 *
 * The first frame of each is its header. In sequence 0 the next frame is the snapshot and the next
 * `header.records` are the records that the checkpoint came with; all of these were synced before the
 * file got its name. A segment is begun only after the one before it was synced to its end.
 */
export interface SegmentHeader {
  generation: number;
  sequence: number;
  /** How many records of a checkpoint follow the snapshot; 0 in later segments. */
  records: number;
}

/** A checkpoint is written under this name, then renamed. */
export const TEMPORARY_NAME = 'checkpoint.tmp';

export function segmentName(generation: number, sequence: number): string {
  return `wal-${pad(generation)}-${pad(sequence)}.log`;
}

const SEGMENT_NAME = /^wal-(\d+)-(\d+)\.log$/;

export function isSegment(name: string): boolean {
  return SEGMENT_NAME.test(name);
}

function pad(number: number): string {
  return String(number).padStart(8, '0');
}

/** Bytes that a power cut cannot explain: the node must not start on them. */
export class CorruptLogError extends Error {
  override readonly name = 'CorruptLogError';
  readonly file: string;
  readonly offset: number;
  readonly expected: string;

  constructor(file: string, offset: number, expected: string) {
    super(`corrupt log: ${file}, offset ${offset}: expected ${expected}`);
    this.file = file;
    this.offset = offset;
    this.expected = expected;
  }
}

/** What a disk held. */
export interface Recovered {
  /** 0 where there was no log yet. */
  generation: number;
  /** The segment to go on with, and how long it is. */
  sequence: number;
  bytes: number;
  snapshot: JsonValue;
  records: JsonValue[];
  /** Files of no use any more; to be removed once the names of the others are on the disk. */
  leftovers: string[];
  /** What was repaired, as sentences. */
  notes: string[];
}

/**
 * Reads the log and cuts a torn tail off. The caller then syncs the last segment and the directory before
 * anyone relies on what was read: after a kill the newest records may be in the page cache only.
 *
 * The rule that tells a torn tail from corruption: a power cut may tear whatever was not synced, in any
 * order, so a bad frame with good ones behind it proves nothing. But each frame says how much of its file
 * was synced before it was written. A bad frame is **corruption** where
 *
 * - a whole frame behind it says that its bytes had been synced, or
 * - it stands in a segment that has a successor, or
 * - it belongs to the checkpoint at the start of a generation;
 *
 * in all three the bytes were on the disk once. Everywhere else it is a **torn tail**: it and all behind it
 * are dropped. No torn tail is taken for corruption. The converse cannot be had from the log alone: damage
 * to the last synced records, with nothing written since, looks like a torn tail (Alagappan et al.,
 * "Protocol-Aware Recovery for Consensus-Based Storage", FAST 2018).
 *
 * @throws CorruptLogError with the file, the offset, and what was expected there.
 */
export function recoverLog(files: FileStore): Recovered {
  const recovered: Recovered = {
    generation: 0,
    sequence: 0,
    bytes: 0,
    snapshot: null,
    records: [],
    leftovers: [],
    notes: [],
  };
  const sequences = chooseGeneration(files, recovered);
  for (const sequence of sequences) {
    readSegment(files, recovered, sequence, sequence === sequences.length - 1);
  }
  return recovered;
}

/** Finds the newest generation; returns the sequence numbers of its segments. */
function chooseGeneration(files: FileStore, recovered: Recovered): number[] {
  const segments = files.list().flatMap((name) => {
    const match = SEGMENT_NAME.exec(name);
    return match ? [{ name, generation: Number(match[1]), sequence: Number(match[2]) }] : [];
  });
  const newest = Math.max(0, ...segments.map((segment) => segment.generation));
  const kept = segments.filter((segment) => segment.generation === newest);
  kept.forEach((segment, index) => {
    if (segment.sequence === index) return;
    throw new CorruptLogError(segmentName(newest, index), 0, 'this file to exist: later ones do');
  });
  const older = segments.filter((segment) => segment.generation !== newest);
  recovered.leftovers.push(...older.map((segment) => segment.name));
  if (files.list().includes(TEMPORARY_NAME)) recovered.leftovers.push(TEMPORARY_NAME);
  recovered.generation = newest;
  return kept.map((segment) => segment.sequence);
}

function readSegment(
  files: FileStore,
  recovered: Recovered,
  sequence: number,
  isLast: boolean,
): void {
  const name = segmentName(recovered.generation, sequence);
  const bytes = files.read(name);
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: JsonValue[] = [];
  // Of a checkpoint at least header and snapshot; its header then says how many records.
  let promised = sequence === 0 ? 2 : isLast ? 0 : 1;
  let offset = 0;
  while (offset < file.length || values.length < promised) {
    const frame = decodeFrame(file, offset);
    if ('expected' in frame) {
      if (values.length < promised || !isLast || wasSynced(file, offset)) {
        throw new CorruptLogError(name, offset, frame.expected);
      }
      cutTail(files, recovered, sequence, offset, file.length);
      break;
    }
    if (offset === 0) promised += checkHeader(frame.value, name, recovered.generation, sequence);
    values.push(frame.value);
    offset = frame.end;
  }
  if (offset === 0) return;
  recovered.sequence = sequence;
  recovered.bytes = offset;
  if (sequence === 0) recovered.snapshot = values[1];
  for (const record of values.slice(sequence === 0 ? 2 : 1)) recovered.records.push(record);
}

/** Returns how many records are promised besides. */
function checkHeader(value: JsonValue, name: string, generation: number, sequence: number): number {
  const header = value as unknown as SegmentHeader;
  if (header.generation === generation && header.sequence === sequence) return header.records;
  const expected = `the header of this file, found ${JSON.stringify(value).slice(0, 80)}`;
  throw new CorruptLogError(name, 0, expected);
}

/** Drops what is torn; a segment without even a header goes altogether, to be begun anew. */
function cutTail(
  files: FileStore,
  recovered: Recovered,
  sequence: number,
  offset: number,
  length: number,
): void {
  const name = segmentName(recovered.generation, sequence);
  if (offset === 0) files.remove(name);
  else files.truncate(name, offset);
  recovered.notes.push(`torn tail: dropped ${length - offset} bytes of ${name} from ${offset} on`);
}
