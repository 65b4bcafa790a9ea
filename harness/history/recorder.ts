import { closeSync, openSync, writeSync } from 'node:fs';
import type { Clock, Timer } from '../environment/environment.js';
import type { HistoryEvent } from './event.js';

/** An event before it has been recorded: the recorder gives it its place and its time. */
export type UnrecordedEvent = Omit<HistoryEvent, 'index' | 'time'>;

/** Older than this no event waits in memory: a killed controller loses at most so much. */
const FLUSH_INTERVAL_MS = 500;
/** Characters that wait at most; one write for about 600 events. */
const FLUSH_LENGTH = 1 << 16;

/** The history could not be written: the disk is full, or the file is out of reach. */
export class HistoryWriteError extends Error {
  override readonly name = 'HistoryWriteError';
  readonly file: string;

  constructor(file: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `cannot write the history ${file} (${reason}); make room there, or choose a place with --runs-dir`,
      { cause },
    );
    this.file = file;
  }
}

/**
 * Appends what happens to a file, one JSON object a line, and keeps it in memory for the checkers.
 * A line that was handed to the operating system survives the death of this process (not a power cut).
 *
 * Where writing fails, `onError` is called once, everything stays in memory, and each later flush tries
 * again from the byte where it stopped, so that the file never has a gap.
 */
export class HistoryRecorder {
  readonly events: HistoryEvent[] = [];
  /** The first failure to write; undefined as long as all is well. */
  failure: HistoryWriteError | undefined;
  /** Lines not yet encoded, and bytes not yet accepted by the file. */
  private waiting = '';
  private unwritten: Buffer = Buffer.alloc(0);
  private timer: Timer | undefined;
  private descriptor: number | undefined;

  /**
   * Creates the file, or empties it; null keeps events in memory only. Throws a `HistoryWriteError` where that cannot be done.
   * @param write hands bytes to the operating system and tells how many it took; throws where it took none
   */
  constructor(
    readonly path: string | null,
    private readonly clock: Clock,
    private readonly onError: (error: HistoryWriteError) => void = () => undefined,
    private readonly write: (descriptor: number, bytes: Buffer) => number = writeSync,
  ) {
    if (path === null) return;
    try {
      this.descriptor = openSync(path, 'w');
    } catch (error) {
      throw new HistoryWriteError(path, error);
    }
  }

  /** Gives the event its index and the clock's time, and keeps it. Never throws. */
  record(event: UnrecordedEvent): HistoryEvent {
    const recorded: HistoryEvent = {
      index: this.events.length,
      time: this.clock.now(),
      process: event.process,
      type: event.type,
      f: event.f,
      key: event.key,
      value: event.value,
      node: event.node,
      error: event.error,
      meta: event.meta,
    };
    this.events.push(recorded);
    if (this.path === null) return recorded;
    this.waiting += `${JSON.stringify(recorded)}\n`;
    if (this.waiting.length >= FLUSH_LENGTH) this.flush();
    else this.timer ??= this.clock.setTimer(() => this.flush(), FLUSH_INTERVAL_MS);
    return recorded;
  }

  /** Hands everything recorded so far to the operating system: when it returns, the file has it. */
  flush(): void {
    if (this.timer) this.clock.clearTimer(this.timer);
    this.timer = undefined;
    if (this.descriptor === undefined) return;
    if (this.waiting !== '') {
      const encoded = Buffer.from(this.waiting);
      this.waiting = '';
      this.unwritten = this.unwritten.length ? Buffer.concat([this.unwritten, encoded]) : encoded;
    }
    try {
      while (this.unwritten.length > 0) {
        this.unwritten = this.unwritten.subarray(this.write(this.descriptor, this.unwritten));
      }
    } catch (error) {
      this.reportFailure(error);
    }
  }

  /** Flushes and closes; safe to call twice. Throws the `HistoryWriteError` if lines are missing from the file. */
  close(): void {
    this.flush();
    if (this.descriptor === undefined) return;
    closeSync(this.descriptor);
    this.descriptor = undefined;
    if (this.failure && this.unwritten.length > 0) throw this.failure;
  }

  private reportFailure(cause: unknown): void {
    if (this.failure) return;
    this.failure = new HistoryWriteError(String(this.path), cause);
    this.onError(this.failure);
  }
}
