import type { Range } from './range.js';

/** Many operations as few points: what is drawn must not depend on how many there were. */

/** One point for `count` operations of a kind that lie close together. `index` is the first of them. */
export interface ScatterPoint {
  x: number;
  y: number;
  count: number;
  index: number;
}

interface ScatterColumns {
  count: number;
  start: ArrayLike<number>;
  latency: ArrayLike<number>;
  type: ArrayLike<number>;
}

/** Cells of the grid that operations are gathered in. */
export interface Grid {
  columns: number;
  rows: number;
}

/**
 * Gathers the operations of one type in a grid over the range and the logarithm of the latency. A cell
 * becomes a point at its first operation; while there are few operations, each is its own point.
 */
export function binScatter(
  columns: ScatterColumns,
  type: number,
  range: Range,
  grid: Grid,
  exactBelow = 4000,
): ScatterPoint[] {
  const chosen = select(columns, type, range);
  if (chosen.length < exactBelow) return chosen.map((i) => pointAt(columns, i));
  let low = Infinity;
  let high = -Infinity;
  for (const i of chosen) {
    low = Math.min(low, columns.latency[i]);
    high = Math.max(high, columns.latency[i]);
  }
  const perColumn = grid.columns / (range.max - range.min);
  const perRow = grid.rows / Math.max(1e-9, Math.log(high / low));
  const cells = new Map<number, ScatterPoint>();
  for (const i of chosen) {
    const column = Math.floor((columns.start[i] - range.min) * perColumn);
    const row = Math.floor(Math.log(columns.latency[i] / low) * perRow);
    const cell = column * (grid.rows + 1) + row;
    const point = cells.get(cell);
    if (point) point.count++;
    else cells.set(cell, pointAt(columns, i));
  }
  return [...cells.values()];
}

function select(columns: ScatterColumns, type: number, { min, max }: Range): number[] {
  const chosen: number[] = [];
  for (let i = 0; i < columns.count; i++) {
    const x = columns.start[i];
    if (columns.type[i] === type && x >= min && x <= max) chosen.push(i);
  }
  return chosen;
}

function pointAt(columns: ScatterColumns, i: number): ScatterPoint {
  return { x: columns.start[i], y: columns.latency[i], count: 1, index: i };
}

/** Widths that a person reads easily, in seconds. */
const WIDTHS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 600, 3600];

/** The narrowest easy width that cuts the range into at most `most` bins. */
export function binWidth(range: Range, most: number): number {
  const least = (range.max - range.min) / most;
  return WIDTHS.find((width) => width >= least) ?? least;
}

/**
 * Completions of one type per second, one point in the middle of each bin of `width` seconds. Bins lie on
 * multiples of the width, so that zooming does not move them; one that the end of the run cuts off is
 * counted over the part of it that there was.
 */
export function binThroughput(
  columns: ScatterColumns,
  type: number,
  range: Range,
  width: number,
  endSeconds: number,
): { x: number; y: number }[] {
  const first = Math.floor(range.min / width);
  const counts = new Array<number>(Math.max(1, Math.ceil(range.max / width) - first)).fill(0);
  for (let i = 0; i < columns.count; i++) {
    if (columns.type[i] !== type) continue;
    const bin = Math.floor((columns.start[i] + columns.latency[i] / 1e3) / width) - first;
    if (bin >= 0 && bin < counts.length) counts[bin]++;
  }
  return counts.map((count, i) => {
    const left = (first + i) * width;
    const seconds = Math.min(width, Math.max(endSeconds - left, width / 20));
    return { x: left + seconds / 2, y: count / seconds };
  });
}
