/** A place in a file. */
export interface Place {
  file: string;
  /** Counted from 1; undefined where the trouble is with the whole file. */
  line?: number;
}

/** A history that cannot be judged, because it is not one. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
  /** Undefined where the events came from memory. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly reason: string;

  constructor(reason: string, place?: Place) {
    const where = [place?.file, place?.line].filter((part) => part !== undefined).join(':');
    super(where === '' ? reason : `${where}: ${reason}`);
    this.file = place?.file;
    this.line = place?.line;
    this.reason = reason;
  }
}
