import { open, readFile } from 'node:fs/promises';
import { show } from './event-fields.js';
import { HistoryError, type Place } from './history-error.js';
import type { History } from './operation.js';
import { toHistory } from './pair.js';
import { readEdn } from './read-edn.js';
import type { ReadEvents } from './read-events.js';
import { readJepsenLog } from './read-jepsen-log.js';
import { readJsonLines } from './read-jsonl.js';

/**
 * `jsonl`: our own. `edn`: Jepsen's history.edn, a map a line or one vector. `jepsen-log`: what jepsen.util
 * logs. `kv`: EDN maps with a `:key`, for get, put and append.
 */
export const HISTORY_FORMATS = ['jsonl', 'edn', 'jepsen-log', 'kv'] as const;
export type HistoryFormat = (typeof HISTORY_FORMATS)[number];

export interface ReadHistoryOptions {
  /** Told by the first line where it is left out. */
  format?: HistoryFormat;
  /** Whether values are tuples [key value] (jepsen.independent); guessed where it is left out. */
  keyed?: boolean;
}

export interface ReadHistory {
  history: History;
  format: HistoryFormat;
  /** What was dropped or mended, a sentence each. */
  warnings: readonly string[];
  /** Where the event of this index was read, for messages about it. */
  placeOf(index: number): Place;
}

/**
 * Reads a history from a file. Throws a `HistoryError` with the file, the line and what was wrong where it
 * cannot be read, is in none of the formats, or is not a history (see `toHistory`).
 */
export async function readHistory(
  path: string,
  { format, keyed }: ReadHistoryOptions = {},
): Promise<ReadHistory> {
  try {
    const known = format ?? (await detectFormat(path));
    const { events, lines, warnings } = await readEvents(path, known, keyed);
    const placeOf = (position: number) => ({ file: path, line: lines[position] });
    return { history: toHistory(events, placeOf), format: known, warnings, placeOf };
  } catch (error) {
    if (isSystemError(error))
      throw new HistoryError(`cannot be read: ${error.message}`, { file: path });
    throw error;
  }
}

async function readEvents(
  path: string,
  format: HistoryFormat,
  keyed: boolean | undefined,
): Promise<ReadEvents> {
  if (format === 'jsonl') return readJsonLines(path);
  const text = await readFile(path, 'utf8');
  if (format === 'jepsen-log') return readJepsenLog(path, text, keyed);
  return readEdn(path, text, format === 'kv' ? { keyed: false, needsKey: true } : { keyed });
}

const HEAD_BYTES = 1 << 16;

async function detectFormat(path: string): Promise<HistoryFormat> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer
      .toString('utf8', 0, bytesRead)
      .replace(/^\uFEFF/, '')
      .trimStart();
    return formatOf(head) ?? refuseFormat(path, head);
  } finally {
    await file.close();
  }
}

function formatOf(head: string): HistoryFormat | undefined {
  const firstLine = head.split('\n', 1)[0];
  if (head === '' || /^\{\s*(?:"|\}|$)/.test(firstLine)) return 'jsonl';
  if (/\bjepsen\.\S+(?: - |: )/.test(firstLine)) return 'jepsen-log';
  if (!/^[[({#;]/.test(head)) return undefined;
  return /^\{[^{}\n]*:key\s/.test(firstLine) ? 'kv' : 'edn';
}

function refuseFormat(path: string, head: string): never {
  const formats = HISTORY_FORMATS.join(', ');
  const reason = `this is none of the formats ${formats}: ${show(head.split('\n', 1)[0])}`;
  throw new HistoryError(reason, { file: path, line: 1 });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
