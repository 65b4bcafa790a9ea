import type { JsonValue } from '../../harness/json.js';

const wholeNumbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** "9,812". */
export function formatCount(count: number): string {
  return wholeNumbers.format(count);
}

/** "1 operation", "9,812 operations". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** "40 %", "99.97 %", and never "100 %" for less than all or "0 %" for more than nothing. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (100 * part) / whole;
  if (percent > 99 && part < whole) return `${(Math.floor(percent * 100) / 100).toString()} %`;
  if (percent < 1 && part > 0) return `${Math.max(0.01, Number(percent.toFixed(2))).toString()} %`;
  return `${Number(percent.toFixed(1)).toString()} %`;
}

/** Three significant digits in the unit that suits: "850 µs", "12.3 ms", "4.51 s", "2 min 5 s". */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds < 1e6) return `${digits(nanoseconds / 1e3)} µs`;
  if (nanoseconds < 1e9) return `${digits(nanoseconds / 1e6)} ms`;
  if (nanoseconds < 119.5e9) return `${digits(nanoseconds / 1e9)} s`;
  const seconds = Math.round(nanoseconds / 1e9);
  const rest = seconds % 60;
  return `${formatCount(Math.floor(seconds / 60))} min${rest ? ` ${String(rest)} s` : ''}`;
}

function digits(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** A point in time of the run, in seconds with milliseconds: "12.345 s". */
export function formatTime(nanoseconds: number): string {
  return `${(nanoseconds / 1e9).toFixed(3)} s`;
}

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
