import type { Budget } from '../../core/budget.js';
import { show, type Conflict, type Nodes } from './chains.js';
import { NEVER, NONE, type RegisterColumns } from './columns.js';

/**
 * One chain of values and the time that it takes up. `first` is the least return and `last` the greatest
 * call over all its operations. When `first` < `last` the register held a value of the chain during the
 * whole time between (a forward zone); otherwise all its operations overlap and one moment of
 * [`last`, `first`] is enough (a backward zone).
 */
export interface Zones {
  count: number;
  root: Int32Array;
  first: Int32Array;
  last: Int32Array;
  /** Whose return and whose call these are; `NONE` for the beginning. */
  firstOperation: Int32Array;
  lastOperation: Int32Array;
}

/** Before every operation: when the initial value came to be. */
const BEGINNING = -1;

/** Walks every chain from its root; a conflict where a chain contradicts itself. */
export function findZones(
  columns: RegisterColumns,
  nodes: Nodes,
  budget: Budget,
): { zones: Zones } | { conflict: Conflict } | undefined {
  const roots = findRoots(nodes);
  if (!budget.allocate(20 * roots.length)) return undefined;
  const zones: Zones = {
    count: roots.length,
    root: roots,
    first: new Int32Array(roots.length),
    last: new Int32Array(roots.length),
    firstOperation: new Int32Array(roots.length),
    lastOperation: new Int32Array(roots.length),
  };
  let walked = 0;
  for (let zone = 0; zone < roots.length; zone++) {
    const length = walkChain(columns, nodes, zones, zone);
    if (typeof length !== 'number') return { conflict: length };
    walked += length;
    budget.work(length);
  }
  const kept = countKept(nodes);
  if (walked < kept) return { conflict: findCircle(columns, nodes, roots) };
  return { zones };
}

function isKept(nodes: Nodes, node: number): boolean {
  return (
    nodes.writer[node] !== NONE || nodes.firstReader[node] !== NONE || nodes.child[node] !== NONE
  );
}

function countKept(nodes: Nodes): number {
  let kept = 0;
  for (let node = 0; node < nodes.count; node++) if (isKept(nodes, node)) kept++;
  return kept;
}

function findRoots(nodes: Nodes): Int32Array {
  const roots = new Int32Array(nodes.count);
  let count = 0;
  for (let node = 0; node < nodes.count; node++) {
    if (isKept(nodes, node) && nodes.parent[node] === NONE) roots[count++] = node;
  }
  return roots.subarray(0, count);
}

/**
 * Goes along a chain in the order that its values must have had; nothing may return before something
 * earlier in the chain was called. Gives the number of nodes, or the contradiction.
 */
function walkChain(
  columns: RegisterColumns,
  nodes: Nodes,
  zones: Zones,
  zone: number,
): number | Conflict {
  const { call, end } = columns;
  let first = NEVER;
  let firstOperation = NONE;
  let last = BEGINNING;
  let lastOperation = NONE;
  let length = 0;
  for (let node = zones.root[zone]; node !== NONE; node = nodes.child[node]) {
    length++;
    const writer = nodes.writer[node];
    if (writer === NONE) {
      first = BEGINNING;
    } else {
      if (end[writer] < last) return tooLate(columns, nodes, node, writer, lastOperation);
      if (end[writer] < first) [first, firstOperation] = [end[writer], writer];
      if (call[writer] > last) [last, lastOperation] = [call[writer], writer];
    }
    const reader = nodes.firstReader[node];
    if (reader === NONE) continue;
    const firstReturn = nodes.firstReturn[node];
    if (firstReturn < last) return tooLate(columns, nodes, node, reader, lastOperation);
    if (firstReturn < first) [first, firstOperation] = [firstReturn, reader];
    if (nodes.lastCall[node] > last) {
      [last, lastOperation] = [nodes.lastCall[node], nodes.lastReader[node]];
    }
  }
  zones.first[zone] = first;
  zones.last[zone] = last;
  zones.firstOperation[zone] = firstOperation;
  zones.lastOperation[zone] = lastOperation;
  return length;
}

/** `early` returned before `late` was called, and must come after it: what it left or saw was made of what `late` did. */
function tooLate(
  columns: RegisterColumns,
  nodes: Nodes,
  node: number,
  early: number,
  late: number,
): Conflict {
  const value = show(columns, valueAt(columns, nodes, node));
  const writer = nodes.writer[node];
  const sentence =
    writer === late
      ? `${value} was read before its only write was called`
      : `by the answers, ${value} was there before ${show(columns, valueOf(columns, late))}, of which it was made`;
  return { sentence, culprits: writer === late ? [early, late] : chainOf(nodes, node) };
}

/** The value that an operation leaves or sees. */
function valueOf({ left, saw }: RegisterColumns, operation: number): number {
  return left[operation] === NONE ? saw[operation] : left[operation];
}

function valueAt(columns: RegisterColumns, nodes: Nodes, node: number): number {
  const writer = nodes.writer[node];
  return writer === NONE ? node : columns.left[writer];
}

/** The operations that make up a node's chain up to the node: writers, first and last readers. */
function chainOf(nodes: Nodes, end: number): number[] {
  const operations = new Set<number>();
  for (let node = end; node !== NONE; node = nodes.parent[node]) {
    for (const operation of [nodes.writer[node], nodes.firstReader[node], nodes.lastReader[node]]) {
      if (operation !== NONE) operations.add(operation);
    }
  }
  return [...operations];
}

function findCircle(columns: RegisterColumns, nodes: Nodes, roots: Int32Array): Conflict {
  const reached = new Uint8Array(nodes.count);
  for (const root of roots) {
    for (let node = root; node !== NONE; node = nodes.child[node]) reached[node] = 1;
  }
  let node = 0;
  while (reached[node] === 1 || !isKept(nodes, node)) node++;
  const culprits: number[] = [];
  const start = node;
  do {
    culprits.push(nodes.writer[node]);
    // Where all of the circle crashed, it is a reader that says that it happened.
    if (nodes.firstReader[node] !== NONE) culprits.push(nodes.firstReader[node]);
    node = nodes.parent[node];
  } while (node !== start);
  const sentence = `compare-and-sets lead from ${show(columns, start)} back to it, and nothing else wrote it`;
  return { sentence, culprits };
}

/**
 * Gibbons and Korach ("Testing Shared Memories", 1997): the chains can be put in order exactly when no
 * two forward zones overlap and no backward zone lies inside a forward one. Gives the chains in such an
 * order, or the two that are in conflict.
 */
export function orderZones(
  columns: RegisterColumns,
  nodes: Nodes,
  zones: Zones,
  byStart: Int32Array,
): { order: Int32Array } | { conflict: Conflict } {
  let current = NONE;
  let until = BEGINNING - 1;
  for (const zone of byStart) {
    const first = zones.first[zone];
    const last = zones.last[zone];
    if (first < last) {
      if (first < until) return { conflict: overlap(columns, nodes, zones, current, zone) };
      current = zone;
      until = last;
    } else if (last < until && first < until) {
      return { conflict: overlap(columns, nodes, zones, current, zone) };
    }
  }
  return { order: byStart };
}

/** Zones by when they start, by placing where positions are dense, otherwise by sorting. */
export function sortByStart(
  zones: Zones,
  lastPosition: number,
  budget: Budget,
): Int32Array | undefined {
  const { count, first, last } = zones;
  if (!budget.allocate(4 * count)) return undefined;
  const start = (zone: number): number => Math.min(first[zone], last[zone]);
  if (lastPosition > 8 * count + 1024) {
    return Int32Array.from({ length: count }, (_, zone) => zone).sort(
      (a, b) => start(a) - start(b),
    );
  }
  if (!budget.allocate(4 * (lastPosition + 2))) return undefined;
  const places = new Int32Array(lastPosition + 2).fill(NONE);
  for (let zone = 0; zone < count; zone++) places[start(zone) - BEGINNING] = zone;
  const sorted = new Int32Array(count);
  let at = 0;
  for (const zone of places) if (zone !== NONE) sorted[at++] = zone;
  budget.release(4 * (lastPosition + 2));
  return sorted;
}

function overlap(
  columns: RegisterColumns,
  nodes: Nodes,
  zones: Zones,
  held: number,
  other: number,
): Conflict {
  const name = (zone: number): string =>
    show(columns, valueAt(columns, nodes, zones.root[zone])) +
    (nodes.child[zones.root[zone]] === NONE ? '' : ' and what was made of it');
  const forward = zones.first[other] < zones.last[other];
  const sentence = forward
    ? `by the answers, ${name(held)} and ${name(other)} were both the value at one time`
    : `by the answers, ${name(other)} came and went while ${name(held)} was the value throughout`;
  const culprits = new Set<number>();
  for (const zone of [held, other]) {
    culprits.add(zones.firstOperation[zone]).add(zones.lastOperation[zone]);
    const writer = nodes.writer[zones.root[zone]];
    culprits.add(writer);
    if (nodes.child[zones.root[zone]] === NONE) continue;
    for (let node = zones.root[zone]; node !== NONE; node = nodes.child[node]) {
      culprits.add(nodes.writer[node]);
    }
  }
  culprits.delete(NONE);
  return { sentence, culprits: [...culprits] };
}
