import type { Operation } from '../../../../harness/history/operation.js';

/**
 * When the k-th increment can have happened, by what reads saw: not before `opens[k]`, the greatest call of
 * a read that saw less than k, and not after `closes[k]`, the least return of one that saw k or more. Both
 * rise with k. There is a window for each k up to `count`, the greatest number that was read, and one more
 * that never closes, in which any number of increments can happen. The arrays start with a place for k = 0.
 */
export interface Windows {
  count: number;
  opens: Float64Array;
  closes: Float64Array;
  /** What was read by the read whose call or return that is; −1 where no read bounds the window. */
  openedBy: Int32Array;
  closedBy: Int32Array;
}

/** @param greatest the greatest number that was read by `reads`, indexes of operations */
export function findWindows(
  operations: readonly Operation[],
  reads: readonly number[],
  greatest: number,
): Windows {
  const opens = new Float64Array(greatest + 2).fill(-1);
  const closes = new Float64Array(greatest + 2).fill(Infinity);
  const openedBy = new Int32Array(greatest + 2).fill(-1);
  const closedBy = new Int32Array(greatest + 2).fill(-1);
  for (const i of reads) {
    const { output, call, return: end } = operations[i];
    const seen = output as number;
    if (call > opens[seen + 1]) [opens[seen + 1], openedBy[seen + 1]] = [call, seen];
    if (end < closes[seen]) [closes[seen], closedBy[seen]] = [end, seen];
  }
  for (let k = 1; k <= greatest + 1; k++) {
    if (opens[k - 1] > opens[k]) [opens[k], openedBy[k]] = [opens[k - 1], openedBy[k - 1]];
  }
  for (let k = greatest; k >= 0; k--) {
    if (closes[k + 1] < closes[k]) [closes[k], closedBy[k]] = [closes[k + 1], closedBy[k + 1]];
  }
  return { count: greatest, opens, closes, openedBy, closedBy };
}

/** The first window that has not closed at this position. */
export function firstWindow({ closes }: Windows, call: number): number {
  let low = 1;
  let high = closes.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (closes[middle] >= call) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The last window that has opened by this position; 0 where none has. */
export function lastWindow({ opens }: Windows, end: number): number {
  let low = 0;
  let high = opens.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (opens[middle] <= end) low = middle;
    else high = middle - 1;
  }
  return low;
}
