const wholeNumbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** "9,812". */
export function formatCount(count: number): string {
  return wholeNumbers.format(count);
}

/** "1 operation", "9,812 operations". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${noun(count, one, many)}`;
}

/** The word for so many, without their number. */
export function noun(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}

/** "40 %", "99.97 %", and never "100 %" for less than all or "0 %" for more than nothing. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (100 * part) / whole;
  if (percent > 99 && part < whole) return `${(Math.floor(percent * 100) / 100).toString()} %`;
  if (percent < 1 && part > 0) return `${Math.max(0.01, Number(percent.toFixed(2))).toString()} %`;
  return `${Number(percent.toFixed(1)).toString()} %`;
}
