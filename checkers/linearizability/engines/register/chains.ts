import type { Budget } from '../../core/budget.js';
import { NIL } from '../../core/value-numbers.js';
import { CAS, MISMATCH, NEVER, NONE, READ, WRITE, type RegisterColumns } from './columns.js';

/**
 * The operations of a register sorted by the values that they leave and see. A node is a value together
 * with the one operation that left it; a successful compare-and-set ties the value that it left to the
 * one that it saw, so that nodes form chains.
 */
export interface Nodes {
  count: number;
  /** What left the value; `NONE` for the initial value. */
  writer: Int32Array;
  /** The node that the writer saw, for a compare-and-set; otherwise `NONE`. */
  parent: Int32Array;
  /** The compare-and-set that took the value away, by the node that it left. */
  child: Int32Array;
  /** Over the reads of the value: the least return, the greatest call, and whose they are. */
  firstReturn: Int32Array;
  lastCall: Int32Array;
  firstReader: Int32Array;
  lastReader: Int32Array;
}

/** Something that cannot be, with the operations that show it. */
export interface Conflict {
  sentence: string;
  culprits: number[];
}

export type NodesOrNot =
  { nodes: Nodes } | { conflict: Conflict } | { declined: string } | { outOfMemory: true };

const BYTES_PER_VALUE = 45;

/**
 * Finds out which operation left each value that was seen. Left out are crashed operations whose value
 * nobody saw: an order with one of them is an order without it, because nothing in between could tell
 * (except a mismatch; `zones` deals with those by itself).
 */
export function findNodes(columns: RegisterColumns, budget: Budget): NodesOrNot {
  const { count, kind, saw, left, end, valueCount } = columns;
  if (!budget.allocate(BYTES_PER_VALUE * valueCount)) return { outOfMemory: true };
  // Each pass is short; together they take as long as the history is.
  budget.work(count);
  const writers = countWriters(columns);
  budget.work(count);
  const seen = findSeen(columns, writers);
  for (let value = 0; value < valueCount; value++) {
    if (seen[value] === 0) continue;
    const number = writers.number[value] + (value === NIL ? 1 : 0);
    if (number > 1) return { declined: `${show(columns, value)} was written more than once` };
    if (number === 0) return { conflict: neverWritten(columns, value) };
  }
  budget.work(count);
  const nodes = emptyNodes(valueCount);
  let next = valueCount;
  for (let i = 0; i < count; i++) {
    if (kind[i] === READ || kind[i] === MISMATCH) continue;
    const value = left[i];
    if (seen[value] === 0 && end[i] === NEVER) continue;
    // A value that nobody saw may have been written often: each time is a node of its own.
    const node = seen[value] === 1 || nodes.writer[value] === NONE ? value : next++;
    if (node >= nodes.writer.length) growNodes(nodes, node);
    nodes.writer[node] = i;
    if (kind[i] !== CAS) continue;
    const parent = saw[i];
    nodes.parent[node] = parent;
    if (nodes.child[parent] !== NONE) return { conflict: takenTwice(columns, nodes, parent, i) };
    nodes.child[parent] = node;
  }
  nodes.count = next;
  budget.work(count);
  noteReads(columns, nodes);
  return { nodes };
}

function countWriters({ count, kind, left, valueCount }: RegisterColumns): {
  number: Int32Array;
  last: Int32Array;
} {
  const number = new Int32Array(valueCount);
  const last = new Int32Array(valueCount).fill(NONE);
  for (let i = 0; i < count; i++) {
    if (kind[i] !== WRITE && kind[i] !== CAS) continue;
    number[left[i]]++;
    last[left[i]] = i;
  }
  return { number, last };
}

/** 1 for each value that was seen by a definite operation, or by a crashed one that must have happened. */
function findSeen(
  { count, kind, saw, end, valueCount }: RegisterColumns,
  writers: { number: Int32Array; last: Int32Array },
): Uint8Array {
  const seen = new Uint8Array(valueCount);
  const unvisited: number[] = [];
  const mark = (value: number): void => {
    if (seen[value] === 1) return;
    seen[value] = 1;
    // Of several possible writers none is certain to have happened.
    const writer = writers.number[value] === 1 && value !== NIL ? writers.last[value] : NONE;
    if (writer !== NONE && kind[writer] === CAS && end[writer] === NEVER) unvisited.push(writer);
  };
  for (let i = 0; i < count; i++) {
    if (end[i] !== NEVER && (kind[i] === READ || kind[i] === CAS)) mark(saw[i]);
  }
  for (let writer = unvisited.pop(); writer !== undefined; writer = unvisited.pop()) {
    mark(saw[writer]);
  }
  return seen;
}

function emptyNodes(valueCount: number): Nodes {
  const none = (): Int32Array => new Int32Array(valueCount).fill(NONE);
  return {
    count: valueCount,
    writer: none(),
    parent: none(),
    child: none(),
    firstReturn: new Int32Array(valueCount).fill(NEVER),
    lastCall: none(),
    firstReader: none(),
    lastReader: none(),
  };
}

function growNodes(nodes: Nodes, node: number): void {
  const grow = (old: Int32Array, empty: number): Int32Array => {
    const grown = new Int32Array(2 * node + 16).fill(empty);
    grown.set(old);
    return grown;
  };
  nodes.writer = grow(nodes.writer, NONE);
  nodes.parent = grow(nodes.parent, NONE);
  nodes.child = grow(nodes.child, NONE);
  nodes.firstReturn = grow(nodes.firstReturn, NEVER);
  nodes.lastCall = grow(nodes.lastCall, NONE);
  nodes.firstReader = grow(nodes.firstReader, NONE);
  nodes.lastReader = grow(nodes.lastReader, NONE);
}

function noteReads({ count, kind, saw, call, end }: RegisterColumns, nodes: Nodes): void {
  for (let i = 0; i < count; i++) {
    if (kind[i] !== READ) continue;
    const node = saw[i];
    if (end[i] < nodes.firstReturn[node]) {
      nodes.firstReturn[node] = end[i];
      nodes.firstReader[node] = i;
    }
    if (call[i] > nodes.lastCall[node]) {
      nodes.lastCall[node] = call[i];
      nodes.lastReader[node] = i;
    }
  }
}

/** A value as a sentence names it. */
export function show(columns: RegisterColumns, value: number): string {
  const shown = columns.valueOf(value);
  return shown === null ? 'nil' : JSON.stringify(shown);
}

function neverWritten(columns: RegisterColumns, value: number): Conflict {
  const culprit = columns.saw.findIndex(
    (seen, i) => seen === value && columns.kind[i] !== MISMATCH && columns.end[i] !== NEVER,
  );
  const sentence = `${show(columns, value)} was seen, and nothing ever wrote it`;
  return { sentence, culprits: culprit === NONE ? [] : [culprit] };
}

function takenTwice(
  columns: RegisterColumns,
  nodes: Nodes,
  parent: number,
  second: number,
): Conflict {
  const first = nodes.writer[nodes.child[parent]];
  const writer = nodes.writer[parent];
  const sentence = `two compare-and-sets replaced ${show(columns, parent)}, which was written once`;
  return { sentence, culprits: writer === NONE ? [first, second] : [writer, first, second] };
}
