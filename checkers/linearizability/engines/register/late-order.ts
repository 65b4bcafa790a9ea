import { DeadlineHeap } from '../../core/deadline-heap.js';
import { NIL } from '../../core/value-numbers.js';
import type { Nodes } from './chains.js';
import { MISMATCH, NEVER, NONE, READ, type RegisterColumns } from './columns.js';
import type { Zones } from './zones.js';

/**
 * Another order of zones, for compare-and-sets that saw another value: chains come as late as they can, so
 * that there is one at hand where the register has to change. A chain comes when the first of its operations
 * returns; what would have to come during a forward zone comes before it. Where a mismatch is about to return
 * that has seen nothing but the value which it did not see, the chain that expires first comes early; or the
 * last chain changes places with the one before it; or the next forward zone begins.
 *
 * `zones` must be free of conflicts. Whether all mismatches find a place, and everything else, is for
 * `settleMismatches` to say: this is a guess, if a good one.
 *
 * @param byStart the zones by their beginnings
 * @param events calls and returns of all operations in their order: `i` and `~i`
 */
export function orderLate(
  columns: RegisterColumns,
  nodes: Nodes,
  zones: Zones,
  byStart: Int32Array,
  events: Int32Array,
): Int32Array {
  const forward = byStart.filter((zone) => zones.first[zone] < zones.last[zone]);
  return new LateOrder(columns, nodes, zones, forward).run(events);
}

/** How far back a zone may come from to be the last one. */
const ROTATED = 8;

class LateOrder {
  private readonly columns: RegisterColumns;
  private readonly nodes: Nodes;
  private readonly zones: Zones;
  /** Of each operation its zone; `NONE` where it has none. */
  private readonly zoneOf: Int32Array;
  /** Of each zone the value that it ends with, and from when on, at the latest, it is there. */
  private readonly lastValue: Int32Array;
  private readonly settledAt: Int32Array;
  private readonly isPlaced: Uint8Array;
  /** Backward zones whose operations have all been called, by their first return. */
  private readonly waiting: DeadlineHeap;
  /** Forward zones by their beginnings: how many have begun, and when the others may. */
  private readonly forward: Int32Array;
  private begun = 0;
  private readonly mayBegin: Int32Array;
  /** The zones placed, and when the register came to the last value of each. */
  private readonly order: Int32Array;
  private readonly changedAt: Int32Array;
  private length = 0;
  /** Whether a mismatch that has returned saw the change to that zone, and no other. */
  private readonly isNeeded: Uint8Array;

  constructor(columns: RegisterColumns, nodes: Nodes, zones: Zones, forward: Int32Array) {
    this.columns = columns;
    this.nodes = nodes;
    this.zones = zones;
    this.forward = forward;
    this.zoneOf = new Int32Array(columns.count).fill(NONE);
    this.lastValue = new Int32Array(zones.count);
    this.settledAt = new Int32Array(zones.count);
    this.mayBegin = new Int32Array(zones.count);
    this.order = new Int32Array(zones.count);
    this.changedAt = new Int32Array(zones.count);
    this.isNeeded = new Uint8Array(zones.count);
    this.isPlaced = new Uint8Array(zones.count);
    this.waiting = new DeadlineHeap(zones.first);
    this.walkZones();
  }

  run(events: Int32Array): Int32Array {
    this.findBeginnings(events);
    const { zoneOf, zones, columns } = this;
    for (const event of events) {
      const i = event < 0 ? ~event : event;
      const zone = zoneOf[i];
      if (event >= 0) {
        const isComplete = zone !== NONE && zones.lastOperation[zone] === i;
        if (isComplete && zones.last[zone] < zones.first[zone]) this.waiting.add(zone);
      } else if (columns.kind[i] === MISMATCH) {
        this.serve(i);
      } else if (zone !== NONE && this.isPlaced[zone] === 0) {
        this.placeBefore(zones.last[zone], columns.end[i]);
        this.place(zone, columns.end[i]);
      }
    }
    return this.order.subarray(0, this.length);
  }

  /** Lets a mismatch that returns now see another value, if it can be done. */
  private serve(mismatch: number): void {
    const { columns, length } = this;
    const saw = columns.saw[mismatch];
    const call = columns.call[mismatch];
    const now = columns.end[mismatch];
    if (call <= this.changeOf(length - 1)) {
      const isOldest = saw === this.valueOf(length - 2) && call > this.changeOf(length - 2);
      if (isOldest) this.isNeeded[length - 1] = 1;
      return;
    }
    const isOver = length === 0 || this.zones.last[this.order[length - 1]] < now;
    if (saw !== this.valueOf(length - 1) || !isOver) return;
    if (!this.placeFirst(NEVER, now) && !this.swapLast() && !this.begin(now)) this.rotateLast();
    this.isNeeded[this.length - 1] = 1;
  }

  /** What the register holds after so many placed zones and one, and since when. */
  private valueOf(index: number): number {
    return index < 0 ? NIL : this.lastValue[this.order[index]];
  }

  private changeOf(index: number): number {
    return index < 0 ? NONE : this.changedAt[index];
  }

  /** Places the waiting zones that expire before `limit`. */
  private placeBefore(limit: number, now: number): void {
    while (this.placeFirst(limit, now));
  }

  /** Places the waiting zone that expires first, if it does before `limit`. */
  private placeFirst(limit: number, now: number): boolean {
    const { waiting } = this;
    while (waiting.size > 0 && this.isPlaced[waiting.first] === 1) waiting.take();
    if (waiting.size === 0 || this.zones.first[waiting.first] >= limit) return false;
    this.place(waiting.take(), now);
    return true;
  }

  /** Lets the last two zones change places, where the history and what has returned allow it. */
  private swapLast(): boolean {
    const { order, zones, changedAt, isNeeded } = this;
    const last = this.length - 1;
    if (last < 1 || isNeeded[last] === 1) return false;
    const called = zones.last[order[last]];
    if (zones.first[order[last - 1]] < called) return false;
    if (changedAt[last - 1] < called && isNeeded[last - 1] === 1) return false;
    [order[last - 1], order[last]] = [order[last], order[last - 1]];
    changedAt[last] = changedAt[last - 1] = Math.max(changedAt[last - 1], called);
    return true;
  }

  /** Begins the next forward zone early, if nothing is to come that must come before it. */
  private begin(now: number): boolean {
    const { forward, isPlaced } = this;
    while (this.begun < forward.length && isPlaced[forward[this.begun]] === 1) this.begun++;
    if (this.begun === forward.length || this.mayBegin[forward[this.begun]] > now) return false;
    this.place(forward[this.begun], now);
    return true;
  }

  /** As a last resort, lets an earlier zone come last, whatever else that may spoil. */
  private rotateLast(): void {
    const { order, zones } = this;
    const last = this.length - 1;
    let called = last < 1 ? NEVER : Math.max(zones.last[order[last]], zones.last[order[last - 1]]);
    for (let at = last - 2; at >= Math.max(0, last - ROTATED); at--) {
      if (zones.first[order[at]] > called) {
        const zone = order[at];
        order.copyWithin(at, at + 1, last + 1);
        order[last] = zone;
        return;
      }
      called = Math.max(called, zones.last[order[at]]);
    }
  }

  private place(zone: number, now: number): void {
    const isForward = this.zones.first[zone] < this.zones.last[zone];
    this.isPlaced[zone] = 1;
    this.changedAt[this.length] = isForward ? Math.max(now, this.settledAt[zone]) : now;
    this.order[this.length++] = zone;
  }

  private walkZones(): void {
    const { columns, nodes, zones, zoneOf } = this;
    const zoneOfNode = new Int32Array(nodes.count).fill(NONE);
    for (let zone = 0; zone < zones.count; zone++) {
      for (let node = zones.root[zone]; node !== NONE; node = nodes.child[node]) {
        const writer = nodes.writer[node];
        zoneOfNode[node] = zone;
        if (writer !== NONE) zoneOf[writer] = zone;
        this.lastValue[zone] = writer === NONE ? NIL : columns.left[writer];
        const written = writer === NONE ? NONE : columns.end[writer];
        this.settledAt[zone] = Math.min(written, nodes.firstReturn[node]);
      }
      // What holds the initial value was there before everything else.
      if (zones.firstOperation[zone] === NONE) this.place(zone, NONE);
    }
    for (let i = 0; i < columns.count; i++) {
      if (columns.kind[i] === READ) zoneOf[i] = zoneOfNode[columns.saw[i]];
    }
  }

  /** A forward zone may begin when it and every backward zone that expires before its end were called. */
  private findBeginnings(events: Int32Array): void {
    const { zoneOf, zones, nodes, columns, mayBegin } = this;
    let latest = NONE;
    for (const event of events) {
      const zone = zoneOf[event < 0 ? ~event : event];
      if (zone === NONE) continue;
      const isForward = zones.first[zone] < zones.last[zone];
      if (event < 0 && !isForward && zones.firstOperation[zone] === ~event) {
        latest = Math.max(latest, zones.last[zone]);
      } else if (event >= 0 && isForward && zones.lastOperation[zone] === event) {
        const writer = nodes.writer[zones.root[zone]];
        mayBegin[zone] = writer === NONE ? NONE : Math.max(latest, columns.call[writer]);
      }
    }
  }
}
