import { createReadStream } from 'node:fs';
import type { HistoryEvent } from './event.js';
import { eventFault, show } from './event-fields.js';
import { HistoryError } from './history-error.js';
import type { ReadEvents } from './read-events.js';

const CHUNK_BYTES = 1 << 20;

/**
 * Reads our own format, a JSON object a line. A last line without its end, as a killed controller leaves
 * it, is dropped with a warning where it is not complete. Indexes and times may be absent in a history that
 * was written by hand; those that are there must not run backwards.
 */
export async function readJsonLines(file: string): Promise<ReadEvents> {
  const reader = new JsonLinesReader(file);
  let rest = '';
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: CHUNK_BYTES });
  for await (const chunk of stream as AsyncIterable<string>) {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
      reader.line(rest + chunk.slice(start, end));
      rest = '';
      start = end + 1;
    }
    rest += chunk.slice(start);
  }
  reader.lastLine(rest);
  return reader;
}

class JsonLinesReader implements ReadEvents {
  readonly events: HistoryEvent[] = [];
  readonly lines: number[] = [];
  readonly warnings: string[] = [];
  private lineNumber = 0;
  private lastIndex = -1;

  constructor(private readonly file: string) {}

  line(text: string): void {
    this.lineNumber++;
    if (text.trim() === '') return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.refuse(`this is not JSON: ${show(text)}`);
    }
    this.accept(value);
  }

  /** What stands behind the last line's end: nothing, a line written by hand, or a torn one. */
  lastLine(text: string): void {
    if (isJson(text) || text.trim() === '') {
      this.line(text);
    } else {
      this.lineNumber++;
      this.warnings.push(
        `${this.file}:${this.lineNumber}: the last line is torn and was dropped (${text.length} characters)`,
      );
    }
  }

  private accept(value: unknown): void {
    const fault = eventFault(value);
    if (fault) this.refuse(fault);
    const event = value as HistoryEvent;
    const index = event.index ?? this.lastIndex + 1;
    if (!(index > this.lastIndex)) {
      this.refuse(`the index is ${show(index)} after ${this.lastIndex}`);
    }
    this.lastIndex = index;
    event.index = this.events.length;
    event.time ??= (this.events.at(-1)?.time ?? -1) + 1;
    this.events.push(event);
    this.lines.push(this.lineNumber);
  }

  private refuse(reason: string): never {
    throw new HistoryError(reason, { file: this.file, line: this.lineNumber });
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
