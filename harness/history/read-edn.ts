import type { JsonValue } from '../json.js';
import { EdnError } from './edn-atoms.js';
import { EdnReader } from './edn.js';
import type { HistoryEvent } from './event.js';
import { eventFault, show } from './event-fields.js';
import { HistoryError } from './history-error.js';
import { fromJepsen, looksKeyed, splitKeys } from './jepsen-event.js';
import type { ReadEvents } from './read-events.js';

/** What the reader of EDN has to be told where the text alone does not say it. */
export interface EdnHistoryOptions {
  /** Whether values are tuples [key value] of jepsen.independent; guessed from all of them otherwise. */
  keyed?: boolean;
  /** Every operation must have a `:key` of its own: the key-value files. */
  needsKey?: boolean;
}

/** Reads operations as EDN maps: one after the other, or all of them in one vector. */
export function readEdn(file: string, text: string, options: EdnHistoryOptions = {}): ReadEvents {
  const history = new EdnHistory(file, text, options);
  history.readAll();
  if (options.keyed ?? looksKeyed(history.events)) splitKeys(history.events);
  return history;
}

class EdnHistory implements ReadEvents {
  readonly events: HistoryEvent[] = [];
  readonly lines: number[] = [];
  readonly warnings: string[] = [];
  private readonly reader: EdnReader;
  private readonly lineAt: (position: number) => number;
  private backwards = 0;

  constructor(
    private readonly file: string,
    private readonly text: string,
    private readonly options: EdnHistoryOptions,
  ) {
    this.reader = new EdnReader(text);
    this.lineAt = lineCounter(text);
  }

  readAll(): void {
    try {
      const inside = this.reader.enter();
      while (!(inside && this.reader.leave())) {
        const value = this.reader.next();
        if (value === undefined) {
          if (inside) throw new EdnError('the vector of operations has no end', this.reader.start);
          break;
        }
        this.accept(value);
      }
      if (inside && this.reader.next() !== undefined) {
        throw new EdnError('something follows the vector of operations', this.reader.start);
      }
    } catch (error) {
      if (error instanceof EdnError) this.refuse(error.message, error.position);
      throw error;
    }
    warnBackwards(this, this.file, this.backwards);
  }

  private accept(value: JsonValue): void {
    const { start } = this.reader;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.refuse(`an operation is a map, not ${show(value)}`, start);
    }
    if (this.options.needsKey && value.key === undefined) this.refuse('there is no :key', start);
    const lastTime = this.events.at(-1)?.time ?? -1;
    const event = fromJepsen(value, this.events.length, lastTime);
    const fault = eventFault(event);
    if (fault) this.refuse(fault, start);
    if (typeof value.time === 'number' && value.time < lastTime) this.backwards++;
    this.events.push(event);
    this.lines.push(this.lineAt(start));
  }

  private refuse(reason: string, position: number): never {
    const line = lineCounter(this.text)(position);
    throw new HistoryError(reason, { file: this.file, line });
  }
}

/** Old Jepsen wrote times that overtake each other; people should know that they were mended. */
function warnBackwards({ warnings }: ReadEvents, file: string, count: number): void {
  if (count === 0) return;
  warnings.push(`${file}: ${count} times ran backwards; the order of the operations was kept`);
}

/** The line of a position, counted from 1; positions must not go back. */
function lineCounter(text: string): (position: number) => number {
  let line = 1;
  let end = text.indexOf('\n');
  return (position) => {
    while (end >= 0 && end < position) {
      line++;
      end = text.indexOf('\n', end + 1);
    }
    return line;
  };
}
