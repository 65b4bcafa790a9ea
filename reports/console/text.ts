import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';

/** Colours for a stream: picocolors' functions, which do nothing where there is to be no colour. */
export type Colours = ReturnType<typeof pc.createColors>;

/** What matters of a stream that people may be looking at. */
export interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/**
 * Whether to write colours: not where NO_COLOR is set to anything (no-color.org), always where FORCE_COLOR
 * is, and else on a terminal that can show them.
 */
export function wantsColour(
  screen: Pick<Screen, 'isTTY'>,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (environment.NO_COLOR) return false;
  if (environment.FORCE_COLOR) return environment.FORCE_COLOR !== '0';
  return screen.isTTY === true && environment.TERM !== 'dumb';
}

export function colours(enabled: boolean): Colours {
  return pc.createColors(enabled);
}

/** First and last code points of East Asian width W and F and of emoji: the common blocks of UAX #11. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** Marks that sit on the character before them, and characters without a width. */
const WITHOUT_WIDTH = /^[\p{Mark}\p{Default_Ignorable_Code_Point}]$/u;

function isWide(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code >= 0x1100 && WIDE.some(([first, last]) => code >= first && code <= last);
}

/** Columns that a text fills on a terminal; escape sequences fill none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) {
    if (isWide(character)) width += 2;
    else if (!WITHOUT_WIDTH.test(character)) width += 1;
  }
  return width;
}

/** The text with spaces behind it, or before it, so that it fills at least `width` columns. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'left' ? text + spaces : spaces + text;
}

/** As much of a text without colours as fits into `width` columns, with an ellipsis where it was cut. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let filled = 1;
  for (const character of text) {
    filled += displayWidth(character);
    if (filled > width) break;
    kept += character;
  }
  return width > 0 ? `${kept}…` : '';
}
