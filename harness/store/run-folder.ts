import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import type { ScheduleEntry } from '../contracts/nemesis.js';
import type { JsonValue } from '../json.js';
import {
  formatOf,
  recordInToday,
  resultsInToday,
  RUN_FORMAT,
  scheduleEntryInToday,
} from './format.js';
import { readScheduleEntry } from './schedule-entry.js';

/** The files of a run, by what they hold. Everything after a run can be done again from them. */
export const RUN_FILES = {
  record: 'run.json',
  history: 'history.jsonl',
  schedule: 'schedule.jsonl',
  results: 'results.json',
  report: 'report.html',
  log: 'run.log',
} as const;

/** A run folder that cannot be used, and why, in one sentence. */
export class RunFolderError extends Error {
  override readonly name = 'RunFolderError';
}

/** A run folder that cannot be written: a full disk, a place where this user may not write. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly path: string;

  constructor(path: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`cannot write ${path} (${reason}); make room there, or choose a place with --runs-dir`);
    this.path = path;
  }
}

/** Does it, and says of which path it was where it cannot be written. */
function writing<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new StorageError(path, error);
  }
}

/** Writes a file whole, or leaves what was there: half a report looks like one. */
function writeWhole(path: string, text: string): void {
  const partial = `${path}.partial`;
  try {
    writeFileSync(partial, text);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw new StorageError(path, error);
  }
}

/** Where a run puts what it leaves. */
export interface RunStore {
  readonly path: string;
  /** Where the history is written while it happens; null: it stays in memory. */
  readonly historyFile: string | null;
  writeJson(name: 'record' | 'results', value: unknown): void;
  appendSchedule(entry: ScheduleEntry): void;
  removeNodeData(names: readonly string[]): void;
}

/** Leaves nothing on the disk: for one of thousands of runs, which its seed can make again. */
export class MemoryStore implements RunStore {
  readonly path = '';
  readonly historyFile = null;
  readonly schedule: ScheduleEntry[] = [];

  writeJson(): void {
    // Whoever made the run has its results.
  }

  appendSchedule(entry: ScheduleEntry): void {
    this.schedule.push(entry);
  }

  removeNodeData(): void {
    // There is none.
  }
}

/** One run's folder, open for writing or reading. Paths are absolute or relative as given. */
export class RunFolder implements RunStore {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get historyFile(): string {
    return this.file('history');
  }

  file(name: keyof typeof RUN_FILES): string {
    return join(this.path, RUN_FILES[name]);
  }

  /** Throws a `StorageError`, as the other writers do. */
  writeJson(name: 'record' | 'results', value: unknown): void {
    writeWhole(this.file(name), `${JSON.stringify(value, null, 2)}\n`);
  }

  writeReport(html: string): void {
    writeWhole(this.file('report'), html);
  }

  appendSchedule(entry: ScheduleEntry): void {
    const path = this.file('schedule');
    writing(path, () => appendFileSync(path, `${JSON.stringify(entry)}\n`));
  }

  /** Never throws: whoever logs a failure must get on with what comes after it. */
  appendLog(line: string): void {
    try {
      appendFileSync(this.file('log'), `${line}\n`);
    } catch {
      // The person at the terminal has the line, and the history tells of the full disk.
    }
  }

  /**
   * In today's words, whatever format the folder has. Throws a `RunFolderError` where the file is missing or is not JSON,
   * or where a newer version made the folder.
   */
  readJson(name: 'record' | 'results'): unknown {
    const { format, record } = this.readRecord();
    if (name === 'record') return format < RUN_FORMAT ? recordInToday(record) : record;
    return resultsInToday(parseJson(this.file(name), this.read(name)), format);
  }

  /**
   * The schedule as carried out; a torn last line (a killed controller) is dropped. Throws a `RunFolderError` that names
   * the line and the field where it is not a schedule.
   */
  readSchedule(): ScheduleEntry[] {
    const isOld = this.readRecord().format < RUN_FORMAT;
    const lines = this.read('schedule').split('\n');
    lines.pop();
    return lines.map((text, index) => {
      const line = scheduleLine(this, index + 1);
      const entry = parseJson(line, text);
      try {
        return readScheduleEntry(isOld ? scheduleEntryInToday(entry) : entry);
      } catch (error) {
        throw new RunFolderError(
          `${line}: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    });
  }

  private readRecord(): { record: JsonValue; format: number } {
    const record = parseJson(this.file('record'), this.read('record'));
    const format = formatOf(record);
    if (format > RUN_FORMAT) {
      throw new RunFolderError(
        `${this.path} has format ${format}; this version of Schism reads run folders up to format ${RUN_FORMAT}`,
      );
    }
    return { record, format };
  }

  /** Removes what the nodes stored; their logs stay. Worth keeping only where a violation must be explained. */
  removeNodeData(names: readonly string[]): void {
    for (const name of names) {
      rmSync(join(this.path, 'nodes', name, 'data'), { recursive: true, force: true });
    }
  }

  private read(name: keyof typeof RUN_FILES): string {
    try {
      return readFileSync(this.file(name), 'utf8');
    } catch (error) {
      throw new RunFolderError(
        `${this.path} is not a run folder: ${RUN_FILES[name]} cannot be read (${String(error)})`,
      );
    }
  }
}

/** Where an entry of a schedule stands; lines count from 1. */
export function scheduleLine(folder: RunFolder, line: number): string {
  return `${folder.file('schedule')} line ${line}`;
}

function parseJson(path: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new RunFolderError(`${path} is not JSON: ${String(error)}`);
  }
}

/** What a run's folder is named after. `wallMs` is the wall clock at its start. */
export interface RunName {
  target: string;
  workload: string;
  seed: number;
  wallMs: number;
}

/**
 * Makes `<root>/<target>-<workload>/<time>-<seed>/`; two runs that start in the same millisecond with the
 * same seed get folders of their own. Throws a `StorageError`.
 */
export function createRunFolder(root: string, name: RunName): RunFolder {
  return writing(root, () => makeFolder(root, name));
}

function makeFolder(root: string, name: RunName): RunFolder {
  const time = new Date(name.wallMs).toISOString().replaceAll(/[-:]/g, '').replace('.', '');
  const parent = join(root, `${name.target}-${name.workload}`);
  mkdirSync(parent, { recursive: true });
  for (let copy = 0; ; copy++) {
    const path = join(parent, `${time}-${name.seed}${copy === 0 ? '' : `-${copy}`}`);
    try {
      mkdirSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    writeFileSync(join(path, RUN_FILES.schedule), '');
    return new RunFolder(path);
  }
}
