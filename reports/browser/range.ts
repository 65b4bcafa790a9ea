/** Part of the time axis, in seconds. */
export interface Range {
  min: number;
  max: number;
}

/** The range scaled around its middle and moved by a part of its length, kept within [0, end]. */
export function moveRange(range: Range, factor: number, shift: number, end: number): Range {
  const length = Math.min(end, (range.max - range.min) * factor);
  const middle = (range.min + range.max) / 2 + shift * (range.max - range.min);
  const min = Math.min(Math.max(0, middle - length / 2), end - length);
  return { min, max: min + length };
}
