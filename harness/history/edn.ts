import type { JsonObject, JsonValue } from '../json.js';
import { atomOf, characterOf, codeUnit, EdnError, escapeOf } from './edn-atoms.js';

/** Deeper than any operation's value, and shallow enough for the stack. */
const DEEPEST = 500;

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const BLANK = /(?:[\s,]|;[^\n]*)*/y;
const PLAIN = /[^"\\]*/y;
const TOKEN = /[^\s,;"()[\]{}]+/y;
/**
 * Reads EDN (github.com/edn-format/edn) into JSON: keywords and symbols become their names, lists and sets
 * arrays, maps objects, characters strings. Tags are dropped and their values kept, so that records
 * (`#jepsen.history.Op{…}`) read as maps. A number that a double does not hold exactly stays text.
 */
export class EdnReader {
  /** Where the value that was read last begins. */
  start = 0;
  private position = 0;
  private depth = 0;
  /** What ends the sequence that was entered. */
  private closer: string | undefined;

  constructor(private readonly text: string) {}

  /** The next value, or undefined at the end. Throws an `EdnError`. */
  next(): JsonValue | undefined {
    for (;;) {
      this.skipBlank();
      if (this.position >= this.text.length) return undefined;
      if (this.skipDiscarded()) continue;
      const start = this.position;
      const value = this.value();
      this.start = start;
      return value;
    }
  }

  /** Steps into a vector or list that begins here, so that `next` reads its members; false where none does. */
  enter(): boolean {
    this.skipBlank();
    const opener = this.text[this.position];
    if (opener !== '[' && opener !== '(') return false;
    this.closer = CLOSERS[opener];
    this.position++;
    return true;
  }

  /** Steps out of what was entered; false where another member comes first. */
  leave(): boolean {
    this.skipBlank();
    while (this.skipDiscarded()) this.skipBlank();
    if (this.closer === undefined || this.text[this.position] !== this.closer) return false;
    this.closer = undefined;
    this.position++;
    return true;
  }

  private skipBlank(): void {
    BLANK.lastIndex = this.position;
    BLANK.test(this.text);
    this.position = BLANK.lastIndex;
  }

  /** `#_` hides the value behind it. */
  private skipDiscarded(): boolean {
    if (!this.text.startsWith('#_', this.position)) return false;
    this.position += 2;
    this.require('something to discard');
    return true;
  }

  private require(what: string): JsonValue {
    const value = this.next();
    if (value === undefined) throw new EdnError(`the text ends before ${what}`, this.position);
    return value;
  }

  private value(): JsonValue {
    const start = this.text[this.position];
    switch (start) {
      case '{':
        return this.map();
      case '[':
      case '(':
        this.position++;
        return this.sequence(CLOSERS[start]);
      case '"':
        return this.string();
      case '\\':
        return this.character();
      case '#':
        return this.dispatch();
      default:
        return this.atom();
    }
  }

  private sequence(closer: string): JsonValue[] {
    const members: JsonValue[] = [];
    const start = this.position;
    if (++this.depth > DEEPEST) throw new EdnError(`nested more than ${DEEPEST} deep`, start);
    for (;;) {
      this.skipBlank();
      if (this.skipDiscarded()) continue;
      if (this.text[this.position] === closer) {
        this.position++;
        this.depth--;
        return members;
      }
      if (this.position >= this.text.length) {
        throw new EdnError(`a "${closer}" is missing`, start);
      }
      members.push(this.value());
    }
  }

  private map(): JsonObject {
    const start = this.position++;
    const members = this.sequence('}');
    if (members.length % 2 === 1) throw new EdnError('a map has a key without a value', start);
    const map: JsonObject = {};
    for (let i = 0; i < members.length; i += 2) {
      const key = members[i];
      const name = typeof key === 'string' ? key : JSON.stringify(key);
      // An assignment to this name would set the prototype of the object and not a field.
      if (name === '__proto__') Object.defineProperty(map, name, ownField(members[i + 1]));
      else map[name] = members[i + 1];
    }
    return map;
  }

  private string(): string {
    const start = this.position++;
    let out = '';
    for (;;) {
      PLAIN.lastIndex = this.position;
      PLAIN.test(this.text);
      out += this.text.slice(this.position, PLAIN.lastIndex);
      this.position = PLAIN.lastIndex + 1;
      const stop = this.text[PLAIN.lastIndex];
      if (stop === '"') return out;
      if (stop === undefined) throw new EdnError('a string has no end', start);
      out += this.escape();
    }
  }

  private escape(): string {
    const at = this.position++;
    const letter = this.text[at];
    if (letter === 'u') {
      this.position += 4;
      return codeUnit(this.text.slice(at + 1, at + 5), at);
    }
    return escapeOf(letter, at);
  }

  private character(): string {
    const start = this.position++;
    // One character of any kind, and then what belongs to its name: `\(`, `\a`, `\newline`, `\u03a9`.
    const first = this.text[this.position++];
    if (first === undefined) throw new EdnError('a character is missing', start);
    return characterOf(first + (/\w/.test(first) ? this.token() : ''), start);
  }

  private dispatch(): JsonValue {
    this.position++;
    const next = this.text[this.position];
    if (next === '{') {
      this.position++;
      return this.sequence('}');
    }
    if (next === '"') return this.string();
    // ##Inf, ##NaN: JSON has no such numbers.
    if (next === '#') {
      this.position++;
      return this.token();
    }
    const tag = this.token();
    return this.require(`the value of the tag #${tag}`);
  }

  private atom(): JsonValue {
    const start = this.position;
    const token = this.token();
    if (token === '') throw new EdnError(`unexpected "${this.text[start]}"`, start);
    return atomOf(token);
  }

  private token(): string {
    TOKEN.lastIndex = this.position;
    const match = TOKEN.exec(this.text);
    if (!match) return '';
    this.position = TOKEN.lastIndex;
    return match[0];
  }
}

function ownField(value: JsonValue): PropertyDescriptor {
  return { value, enumerable: true, writable: true, configurable: true };
}
