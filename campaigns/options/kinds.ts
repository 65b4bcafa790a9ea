import { UsageError } from '../definitions/usage-error.js';
import {
  parseCount,
  parseDuration,
  parseImage,
  parseNames,
  parsePair,
  parseShare,
  parseSize,
} from './parse.js';

/** What values an option takes: how they are read, from what was typed or from plain data, and how they are printed. */
export interface OptionKind<Value, Given = Value> {
  /** From the word behind the flag. Throws a `UsageError`. */
  parse(text: string): Value;
  /** From what a program gave: a value, or the word that a person would type. Throws a `UsageError`. */
  read(given: unknown): Value;
  /** Of an option that may be used several times: what the uses so far and one more say together. */
  join?(before: Value, more: Value): Value;
  /** The flag with the value, as it is typed in a shell; one entry for each use of the option. */
  print(flag: string, value: Value): string[];
  /** What an option that may be used several times stands for where it is not used. */
  empty?: Value;
  /** Whether the help shows a default as it was typed, and not the value that it stands for. */
  showsTyped: boolean;
  /** Never there: what a program may give, for the types of requests. */
  given?: Given;
}

/** Milliseconds; a program gives them as a number, or as text with a unit. */
export type Duration = number | string;

/** Bytes; a program gives them as a number, or as text with a unit. */
export type Size = number | string;

export function count(least: number, what: string): OptionKind<number> {
  const parse = parseCount(least, what);
  return { parse, read: (given) => parse(wordOf(given)), print: printWord, showsTyped: false };
}

export const duration: OptionKind<number, Duration> = {
  parse: parseDuration,
  read: (given) => (isAmount(given) ? given : parseDuration(wordOf(given))),
  print: (flag, ms) => [`${flag} ${printDuration(ms)}`],
  showsTyped: true,
};

export const size: OptionKind<number, Size> = {
  parse: parseSize,
  read: (given) => (isAmount(given) ? Math.floor(given) : parseSize(wordOf(given))),
  print: (flag, bytes) => {
    return [`${flag} ${bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20}m` : bytes}`];
  },
  showsTyped: true,
};

/** A number above 0. */
export const share: OptionKind<number> = {
  parse: parseShare,
  read: (given) => parseShare(wordOf(given)),
  print: printWord,
  showsTyped: false,
};

export const text: OptionKind<string> = {
  parse: (word) => word,
  read: wordOf,
  print: printWord,
  showsTyped: false,
};

export const image: OptionKind<string> = {
  parse: parseImage,
  read: (given) => parseImage(wordOf(given)),
  print: printWord,
  showsTyped: false,
};

/** Present or not, without a word behind it. */
export const flag: OptionKind<boolean> = {
  parse: () => true,
  read: (given) => {
    if (typeof given === 'boolean') return given;
    throw new UsageError(`"${wordOf(given)}" is neither true nor false`);
  },
  print: (name, value) => (value ? [name] : []),
  showsTyped: false,
};

/** Several names, with commas between them or by repeating the option. */
export const names: OptionKind<string[], string | readonly string[]> = {
  parse: parseNames,
  read: (given) => (Array.isArray(given) ? given : [given]).flatMap(readNames),
  join: (before, more) => [...before, ...more],
  empty: [],
  print: (name, values) => (values.length > 0 ? [`${name} ${quote(values.join(','))}`] : []),
  showsTyped: true,
};

/** The same, printed one by one. */
export const eachName: typeof names = {
  ...names,
  print: (name, values) => values.map((value) => `${name} ${quote(value)}`),
};

/** Names with values, one for each use of the option. */
export const pairs: OptionKind<
  Record<string, string>,
  Readonly<Record<string, string | number | boolean>>
> = {
  parse: parsePair,
  read: (given) => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      return parsePair(wordOf(given));
    }
    return Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, wordOf(value)] as const),
    );
  },
  join: (before, more) => ({ ...before, ...more }),
  empty: {},
  print: (name, values) =>
    Object.entries(values).map(([key, value]) => `${name} ${quote(`${key}=${value}`)}`),
  showsTyped: true,
};

function readNames(given: unknown): string[] {
  return parseNames(wordOf(given));
}

function isAmount(given: unknown): given is number {
  return typeof given === 'number' && Number.isFinite(given) && given >= 0;
}

/** What was given as a person would have typed it, also for the sentence that refuses it. */
function wordOf(given: unknown): string {
  if (typeof given === 'string') return given;
  if (typeof given === 'number' || typeof given === 'boolean') return String(given);
  throw new UsageError(
    `${JSON.stringify(given) ?? typeof given} is not a word, a number or a list`,
  );
}

function printWord(name: string, value: string | number): string[] {
  return [`${name} ${quote(String(value))}`];
}

/** In seconds where that is a whole number. */
function printDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** A word that a POSIX shell reads as one word. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
