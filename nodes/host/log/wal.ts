import type { FileStore } from '../../../harness/contracts/file-store.js';
import type { JsonValue } from '../../../harness/json.js';
import { encodeFrame, encodeFrames } from './frame.js';
import { isSegment, recoverLog, segmentName, TEMPORARY_NAME } from './recovery.js';
import type { Recovered, SegmentHeader } from './recovery.js';
import { Turns } from './turns.js';

/** A segment that has grown past this is followed by a new one. */
const SEGMENT_BYTES = 8 * 1024 * 1024;

/** What the log does not do by itself. */
export interface WalOptions {
  segmentBytes?: number;
  /**
   * Called once, when the disk has failed. Nothing is tried again and no callback is called after it: what
   * a failed fsync has left on the disk is unknown.
   */
  onFailure: (error: Error) => void;
}

/** Figures for `/status`. */
export interface WalFigures {
  generation: number;
  segment: number;
  /** Of the current segment. */
  bytes: number;
  syncedBytes: number;
  fsyncs: number;
}

/**
 * A write-ahead log: a snapshot, and the records since. Its layout, and how a torn tail is told from
 * corruption, stands in `recovery.ts`.
 *
 * Operations take effect in the order of their calls. Beginning a segment and writing a checkpoint take
 * several syncs; what is called meanwhile waits in memory. So a record is safe from a kill when `written`
 * has called back, and from a power cut when `sync` has.
 */
export class Wal {
  private readonly files: FileStore;
  private readonly segmentBytes: number;
  private readonly turns: Turns;
  private generation = 0;
  private sequence = 0;
  /** 0 <= syncedBytes <= bytes, of the current segment. */
  private bytes = 0;
  private syncedBytes = 0;
  private fsyncs = 0;

  constructor(files: FileStore, options: WalOptions) {
    this.files = files;
    this.segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
    this.turns = new Turns(options.onFailure);
  }

  get figures(): WalFigures {
    const { generation, sequence, bytes, syncedBytes, fsyncs } = this;
    return { generation, segment: sequence, bytes, syncedBytes, fsyncs };
  }

  /**
   * Reads what the disk holds, repairs it, and makes it durable. To be called once, before anything else.
   * A disk that cannot be read, or must not be trusted (`CorruptLogError`), is a failure.
   */
  open(done: (recovered: Recovered) => void): void {
    this.turns.attempt(() => {
      const recovered = recoverLog(this.files);
      this.generation = recovered.generation;
      this.sequence = recovered.sequence;
      this.bytes = recovered.bytes;
      if (recovered.generation === 0) {
        this.removeAll(recovered.leftovers);
        this.checkpoint(null, []);
        this.written(() => {
          done(recovered);
        });
        return;
      }
      this.syncFileAndName(segmentName(this.generation, this.sequence), () => {
        this.syncedBytes = this.bytes;
        this.removeAll(recovered.leftovers);
        done(recovered);
      });
    });
  }

  /** Adds records at the end. */
  append(records: readonly JsonValue[]): void {
    this.turns.inTurn(() => {
      if (records.length === 0) return;
      const frames = encodeFrames(records, this.bytes, this.syncedBytes);
      this.files.append(segmentName(this.generation, this.sequence), frames);
      this.bytes += frames.length;
      if (this.bytes >= this.segmentBytes) {
        this.turns.alone(() => {
          this.beginSegment();
        });
      }
    });
  }

  /** Calls back when all records appended before have been handed to the operating system. */
  written(done: () => void): void {
    this.turns.inTurn(done);
  }

  /** Calls back when all records appended before are on the disk. */
  sync(done: () => void): void {
    this.turns.inTurn(() => {
      const bytes = this.bytes;
      this.turns.beginSync();
      this.syncFile(segmentName(this.generation, this.sequence), () => {
        this.syncedBytes = Math.max(this.syncedBytes, bytes);
        this.turns.endSync();
        done();
      });
    });
  }

  /** Replaces everything by this snapshot and these records, in one step, on the disk when it is done. */
  checkpoint(snapshot: JsonValue, records: readonly JsonValue[]): void {
    this.turns.inTurn(() => {
      this.turns.alone(() => {
        this.beginGeneration(snapshot, records);
      });
    });
  }

  /** Makes the current segment durable, then goes on in a new one, itself durable before it is used. */
  private beginSegment(): void {
    this.syncFile(segmentName(this.generation, this.sequence), () => {
      this.sequence++;
      const name = segmentName(this.generation, this.sequence);
      this.bytes = this.writeHeader(name, 0);
      this.syncFileAndName(name, () => {
        this.syncedBytes = this.bytes;
        this.turns.endJob();
      });
    });
  }

  /**
   * The rename is the one step: before it the old generation is whole, after it the new one is. The old
   * files go only when the new name is on the disk, so in every moment one of the two can be read.
   */
  private beginGeneration(snapshot: JsonValue, records: readonly JsonValue[]): void {
    const files = this.files.list();
    this.removeAll(files.filter((name) => name === TEMPORARY_NAME));
    const old = files.filter(isSegment);
    this.generation++;
    this.sequence = 0;
    const header = this.writeHeader(TEMPORARY_NAME, records.length);
    const content = encodeFrames([snapshot, ...records], header, 0);
    this.files.append(TEMPORARY_NAME, content);
    this.bytes = this.syncedBytes = header + content.length;
    this.syncFile(TEMPORARY_NAME, () => {
      this.files.rename(TEMPORARY_NAME, segmentName(this.generation, 0));
      this.syncDirectory(() => {
        this.removeAll(old);
        this.turns.endJob();
      });
    });
  }

  private writeHeader(name: string, records: number): number {
    const { generation, sequence } = this;
    const header = { generation, sequence, records } satisfies SegmentHeader;
    const frame = encodeFrame(header, 0, 0);
    this.files.append(name, frame);
    return frame.length;
  }

  private removeAll(names: readonly string[]): void {
    for (const name of names) this.files.remove(name);
  }

  private syncFileAndName(name: string, done: () => void): void {
    this.syncFile(name, () => {
      this.syncDirectory(done);
    });
  }

  private syncFile(name: string, done: () => void): void {
    this.fsyncs++;
    this.files.sync(name, this.turns.unlessFailed(done));
  }

  private syncDirectory(done: () => void): void {
    this.fsyncs++;
    this.files.syncDirectory(this.turns.unlessFailed(done));
  }
}
