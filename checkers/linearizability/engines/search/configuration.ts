import type { Budget } from '../../core/budget.js';
import { IMPOSSIBLE, mixPair, type Machine } from '../../core/machine.js';
import { NO_RETURN, type Timeline } from './timeline.js';

/** Words of a configuration's record before the mask of slots: event, state, and the crashed ones taken. */
const HEADER = 4;

/**
 * Where a just-in-time search is: how many events have passed, which open operations have taken effect
 * already, and the state. Everything can be undone in reverse order, along a trail.
 */
export class Configuration {
  event = 0;
  state = 0;
  /** The record by which a configuration is known: `HEADER` words and the mask. */
  readonly record: Int32Array;
  readonly width: number;
  /** Operations in the order in which they took effect. */
  readonly trail: Int32Array;
  trailLength = 0;
  readonly taken: Uint8Array;
  /** Of each slot, the open operation in it; −1 where there is none. */
  readonly openIn: Int32Array;
  /** Crashed operations that were called. */
  readonly crashed: Int32Array;
  crashedCount = 0;
  /** By state: definite operations to come that need it, and operations to come that leave it. */
  private readonly observersLeft: Int32Array;
  private readonly writersLeft: Int32Array;
  /** Operations to come of which nobody knows what they leave. */
  private openEndedLeft = 0;
  private readonly machine: Machine;
  private readonly timeline: Timeline;
  private readonly budget: Budget;

  constructor(machine: Machine, timeline: Timeline, budget: Budget) {
    const count = timeline.slotOf.length;
    this.machine = machine;
    this.timeline = timeline;
    this.budget = budget;
    this.width = HEADER + ((timeline.slots + 31) >> 5);
    this.record = new Int32Array(this.width);
    this.trail = new Int32Array(count);
    this.taken = new Uint8Array(count);
    this.openIn = new Int32Array(timeline.slots).fill(-1);
    this.crashed = new Int32Array(count);
    // Beyond these states nothing is needed by name, since `needs` and `leaves` are interned first.
    this.observersLeft = new Int32Array(machine.stateCount);
    this.writersLeft = new Int32Array(machine.stateCount);
    for (let i = 0; i < count; i++) this.countLeft(i, 1);
  }

  /** The record of where it is now. It is overwritten by the next call. */
  describe(): Int32Array {
    this.record[0] = this.event;
    this.record[1] = this.state;
    return this.record;
  }

  /** Whether the operation's call has passed; calls pass in the order of operations. */
  wasCalled(operation: number): boolean {
    return this.timeline.callAt[operation] < this.event;
  }

  isCrashed(operation: number): boolean {
    return this.timeline.slotOf[operation] < 0;
  }

  /** Whether leaving the state now would strand an operation that needs it, since nothing brings it back. */
  strands(leaver: number): boolean {
    const { state, observersLeft, writersLeft, machine } = this;
    if (state >= observersLeft.length || this.openEndedLeft > 0) return false;
    const operationClass = machine.classOf[leaver];
    const own = machine.needs[operationClass] === state && !this.isCrashed(leaver) ? 1 : 0;
    return observersLeft[state] > own && writersLeft[state] === 0;
  }

  /** Lets an operation take effect, and then every open observer that fits the state. */
  take(operation: number, next: number): void {
    this.mark(operation);
    if (next === this.state) return;
    this.state = next;
    for (let slot = 0; slot < this.openIn.length; slot++) {
      const other = this.openIn[slot];
      if (other >= 0 && this.taken[other] === 0) this.takeIfObserver(other);
    }
  }

  /** Passes events until an operation returns that has not taken effect; false at the end of history. */
  advance(): boolean {
    const { events, slotOf } = this.timeline;
    while (this.event < events.length) {
      const event = events[this.event];
      this.budget.work();
      if (event >= 0) {
        if (slotOf[event] < 0) {
          this.crashed[this.crashedCount++] = event;
        } else {
          this.openIn[slotOf[event]] = event;
          this.takeIfObserver(event);
        }
      } else {
        const slot = slotOf[~event];
        if (this.taken[~event] === 0) return true;
        this.openIn[slot] = -1;
        this.record[HEADER + (slot >> 5)] &= ~(1 << (slot & 31));
      }
      this.event++;
    }
    return false;
  }

  /** Goes back to an earlier event, state and length of the trail. */
  rewind(event: number, state: number, trailLength: number): void {
    const { events, slotOf } = this.timeline;
    while (this.event > event) {
      const undone = events[--this.event];
      const slot = slotOf[undone >= 0 ? undone : ~undone];
      if (slot < 0) {
        this.crashedCount--;
      } else if (undone >= 0) {
        this.openIn[slot] = -1;
        this.record[HEADER + (slot >> 5)] &= ~(1 << (slot & 31));
      } else {
        this.openIn[slot] = ~undone;
        this.record[HEADER + (slot >> 5)] |= 1 << (slot & 31);
      }
    }
    while (this.trailLength > trailLength) this.unmark(this.trail[--this.trailLength]);
    this.state = state;
  }

  private takeIfObserver(operation: number): void {
    const { machine } = this;
    const operationClass = machine.classOf[operation];
    if (machine.observer[operationClass] === 0) return;
    if (machine.transition(this.state, operationClass) !== IMPOSSIBLE) this.mark(operation);
  }

  private mark(operation: number): void {
    this.taken[operation] = 1;
    this.trail[this.trailLength++] = operation;
    this.countLeft(operation, -1);
    const slot = this.timeline.slotOf[operation];
    if (slot >= 0) this.record[HEADER + (slot >> 5)] |= 1 << (slot & 31);
    else this.toggleCrashed(operation);
  }

  private unmark(operation: number): void {
    this.taken[operation] = 0;
    this.countLeft(operation, 1);
    const slot = this.timeline.slotOf[operation];
    if (slot < 0) this.toggleCrashed(operation);
    else if (this.openIn[slot] === operation) {
      this.record[HEADER + (slot >> 5)] &= ~(1 << (slot & 31));
    }
  }

  /** The crashed ones taken are known by a 64-bit Zobrist hash. */
  private toggleCrashed(operation: number): void {
    this.record[2] ^= mixPair(operation, 1);
    this.record[3] ^= mixPair(operation, 2);
  }

  private countLeft(operation: number, by: number): void {
    const operationClass = this.machine.classOf[operation];
    const needed = this.machine.needs[operationClass];
    const left = this.machine.leaves[operationClass];
    const definite = this.timeline.returnAt[operation] !== NO_RETURN;
    if (needed !== IMPOSSIBLE && definite) this.observersLeft[needed] += by;
    // What needs and leaves the same state brings nothing back.
    if (left !== IMPOSSIBLE && left !== needed) this.writersLeft[left] += by;
    if (left === IMPOSSIBLE && this.machine.observer[operationClass] === 0)
      this.openEndedLeft += by;
  }
}
