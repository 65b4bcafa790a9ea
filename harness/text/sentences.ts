import type { JsonValue } from '../json.js';

/** A value of the system under test in one line of JSON, shortened to `limit` characters. */
export function formatValue(value: JsonValue | undefined, limit = 2000): string {
  return value === undefined ? '' : shorten(JSON.stringify(value), limit);
}

/** The text itself, or its beginning with an ellipsis; at most `limit` characters. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const characters = Array.from(text.slice(0, 2 * limit));
  if (characters.length <= limit && text.length <= 2 * limit) return text;
  return `${characters.slice(0, limit - 1).join('')}…`;
}

/** "a", "a and b", "a, b and c". */
export function enumerate(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}

/**
 * One line that a terminal shows as it is: what would move the cursor, change colours, break the line or
 * turn the direction of writing is written as an escape, because values and error messages come from
 * the system under test.
 */
export function printable(text: string): string {
  let safe = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\n') safe += '⏎';
    else if (character === '\t') safe += ' ';
    else safe += isUnprintable(code) ? `\\u${code.toString(16).padStart(4, '0')}` : character;
  }
  return safe;
}

/** C0, DEL and C1; line and paragraph separators; the marks of bidirectional text; lone surrogates. */
function isUnprintable(code: number): boolean {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;
  if (code >= 0x2028 && code <= 0x202e) return true;
  return (code >= 0x2066 && code <= 0x2069) || (code >= 0xd800 && code <= 0xdfff);
}
