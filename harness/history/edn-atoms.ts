import type { JsonValue } from '../json.js';

/** Text that is not EDN; `position` counts its characters from 0. */
export class EdnError extends Error {
  override readonly name = 'EdnError';
  readonly position: number;

  constructor(reason: string, position: number) {
    super(reason);
    this.position = position;
  }
}

const CHARACTERS: Readonly<Record<string, string>> = {
  newline: '\n',
  space: ' ',
  tab: '\t',
  return: '\r',
  backspace: '\b',
  formfeed: '\f',
};
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '"': '"',
  '\\': '\\',
};
const CONSTANTS = new Map<string, JsonValue>([
  ['nil', null],
  ['true', true],
  ['false', false],
]);
const NUMBER = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?[NM]?$/;

/** The character that `\` and this name stand for: `newline`, `u03a9`, or itself. Its position is for complaints. */
export function characterOf(name: string, at: number): string {
  if (name.length === 1) return name;
  if (/^u[0-9a-fA-F]{4}$/.test(name)) return codeUnit(name.slice(1), at);
  const named = CHARACTERS[name];
  if (named === undefined) throw new EdnError(`unknown character \\${name}`, at);
  return named;
}

/** What `\` and this letter stand for in a string; `u` is followed by four digits more. */
export function escapeOf(letter: string, at: number): string {
  const escaped = ESCAPES[letter];
  if (escaped === undefined) throw new EdnError(`unknown escape \\${letter}`, at);
  return escaped;
}

/** A UTF-16 code unit by its four hexadecimal digits. */
export function codeUnit(digits: string, at: number): string {
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new EdnError(`\\u${digits} is not a character`, at);
  return String.fromCharCode(parseInt(digits, 16));
}

/** A keyword or symbol by its name, a constant, or a number. */
export function atomOf(token: string): JsonValue {
  if (token[0] === ':') return token.slice(1);
  const constant = CONSTANTS.get(token);
  if (constant !== undefined) return constant;
  return NUMBER.test(token) ? numberOf(token) : token;
}

function numberOf(token: string): JsonValue {
  const digits = token.replace(/[NM]$/, '');
  const value = Number(digits);
  const isWhole = /^[+-]?\d+$/.test(digits);
  return isWhole && !Number.isSafeInteger(value) ? digits : value;
}
