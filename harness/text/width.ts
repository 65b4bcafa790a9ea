import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Columns that a text fills on a terminal; escape sequences fill none. */
export function displayWidth(text: string): number {
  return stringWidth(text);
}

/** The text with spaces behind it, or before it, so that it fills at least `width` columns. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'left' ? text + spaces : spaces + text;
}

/** What a reader takes for one character each. */
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** As much of a text without colours as fits into `width` columns, with an ellipsis where it was cut. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let filled = 1;
  for (const { segment } of graphemes.segment(text)) {
    filled += displayWidth(segment);
    if (filled > width) break;
    kept += segment;
  }
  return width > 0 ? `${kept}…` : '';
}

/** Breaks a text at its spaces into lines of at most `width` columns; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  return wrapAnsi(text, width).split('\n');
}
