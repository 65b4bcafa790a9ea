/** Where events were read from: the file, and the line that each event stood on, counted from 1. */
export interface Origin {
  file: string;
  lineOf(position: number): number;
}

/** A history that cannot be judged, because it is not one. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
  readonly file: string | undefined;
  /** Counted from 1; undefined where the events came from memory. */
  readonly line: number | undefined;
  readonly reason: string;

  /** @param position of the event in the history, counted from 0 */
  constructor(reason: string, position: number, origin?: Origin) {
    super(
      origin
        ? `${origin.file}:${origin.lineOf(position)}: ${reason}`
        : `event ${position}: ${reason}`,
    );
    this.file = origin?.file;
    this.line = origin?.lineOf(position);
    this.reason = reason;
  }
}
