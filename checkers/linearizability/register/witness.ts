import type { Nodes } from './chains.js';
import { MISMATCH, NEVER, NONE, READ, type RegisterColumns } from './columns.js';
import type { Zones } from './zones.js';

/** The operations of the chains in a linear order: chain by chain, each value's writer before its reads. */
export function lineUp(
  { count, kind, saw }: RegisterColumns,
  nodes: Nodes,
  zones: Zones,
  order: Int32Array,
): Int32Array {
  const nextReader = new Int32Array(count).fill(NONE);
  const readers = new Int32Array(nodes.count).fill(NONE);
  for (let i = count - 1; i >= 0; i--) {
    if (kind[i] !== READ) continue;
    nextReader[i] = readers[saw[i]];
    readers[saw[i]] = i;
  }
  const line = new Int32Array(count);
  let length = 0;
  for (const zone of order) {
    for (let node = zones.root[zone]; node !== NONE; node = nodes.child[node]) {
      if (nodes.writer[node] !== NONE) line[length++] = nodes.writer[node];
      for (let i = readers[node]; i !== NONE; i = nextReader[i]) line[length++] = i;
    }
  }
  return line.subarray(0, length);
}

/**
 * Puts compare-and-sets that saw another value into a linear order of everything else. Between the
 * operations i − 1 and i there is room for one that was called before everything from i on returned and
 * that returned after everything before i was called. Each goes to the first or the last such gap in which
 * the register holds another value than the one it did not see; undefined where neither does, or where
 * two of them stand in each other's way. The result is checked as a whole, so it is right when it is there.
 */
export function insertMismatches(
  columns: RegisterColumns,
  line: Int32Array,
): Int32Array | undefined {
  const { count, kind, saw, call, end } = columns;
  const length = line.length;
  const calledBy = new Int32Array(length + 1).fill(-1);
  const value = new Int32Array(length + 1);
  const endsFrom = new Int32Array(length + 1).fill(NEVER);
  for (let i = 0; i < length; i++) {
    calledBy[i + 1] = Math.max(calledBy[i], call[line[i]]);
    value[i + 1] = kind[line[i]] === READ ? value[i] : columns.left[line[i]];
  }
  for (let i = length - 1; i >= 0; i--) endsFrom[i] = Math.min(endsFrom[i + 1], end[line[i]]);
  const gaps = new Int32Array(count).fill(NONE);
  for (let i = 0; i < count; i++) {
    if (kind[i] !== MISMATCH) continue;
    const low = firstAtLeast(endsFrom, call[i]);
    const high = lastAtMost(calledBy, end[i]);
    if (low <= high && value[low] !== saw[i]) gaps[i] = low;
    else if (low <= high && value[high] !== saw[i]) gaps[i] = high;
    else return undefined;
  }
  const merged = merge(columns, line, gaps);
  return isOrderly(columns, merged) ? merged : undefined;
}

/** Operations with a gap before the operation of that index in the line, by call where gaps are equal. */
function merge({ count, kind }: RegisterColumns, line: Int32Array, gaps: Int32Array): Int32Array {
  const fill = new Int32Array(line.length + 2);
  for (const gap of gaps) if (gap !== NONE) fill[gap + 1]++;
  for (let i = 1; i < fill.length; i++) fill[i] += fill[i - 1];
  const inserted = fill[line.length + 1];
  const sorted = new Int32Array(inserted);
  const next = fill.slice();
  for (let i = 0; i < count; i++) if (kind[i] === MISMATCH) sorted[next[gaps[i]]++] = i;
  const merged = new Int32Array(line.length + inserted);
  let at = 0;
  for (let i = 0; i <= line.length; i++) {
    for (let k = fill[i]; k < fill[i + 1]; k++) merged[at++] = sorted[k];
    if (i < line.length) merged[at++] = line[i];
  }
  return merged;
}

/** Whether the history allows the line, and each mismatch in it sees another value. */
function isOrderly({ kind, saw, left, call, end }: RegisterColumns, line: Int32Array): boolean {
  let called = -1;
  let value = 0;
  for (const i of line) {
    if (end[i] < called) return false;
    called = Math.max(called, call[i]);
    if (kind[i] === MISMATCH && saw[i] === value) return false;
    if (kind[i] !== MISMATCH && kind[i] !== READ) value = left[i];
  }
  return true;
}

function firstAtLeast(rising: Int32Array, bound: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] >= bound) high = middle;
    else low = middle + 1;
  }
  return low;
}

function lastAtMost(rising: Int32Array, bound: number): number {
  return firstAtLeast(rising, bound + 1) - 1;
}
