import type { Operation } from '../../../../harness/history/operation.js';
import { orderEvents } from '../../core/event-order.js';

/**
 * Calls and returns in their order as a doubly linked list over typed arrays. An operation that takes
 * effect is lifted out, and put back in the reverse order (Wing and Gong's list, as Lowe draws it).
 * Entry 0 is the head, entry `end` the tail.
 */
export class EntryList {
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** Of each entry: `i` for the call of operation i, `~i` for its return. */
  readonly event: Int32Array;
  readonly end: number;
  private readonly callEntry: Int32Array;
  /** 0 where it never returned. */
  private readonly returnEntry: Int32Array;

  constructor(operations: readonly Operation[]) {
    const events = orderEvents(operations);
    this.end = events.length + 1;
    this.next = new Int32Array(this.end + 1);
    this.previous = new Int32Array(this.end + 1);
    this.event = new Int32Array(this.end + 1);
    this.callEntry = new Int32Array(operations.length);
    this.returnEntry = new Int32Array(operations.length);
    for (let entry = 0; entry < this.end; entry++) {
      this.next[entry] = entry + 1;
      this.previous[entry + 1] = entry;
    }
    for (let i = 0; i < events.length; i++) {
      const event = events[i];
      this.event[i + 1] = event;
      if (event >= 0) this.callEntry[event] = i + 1;
      else this.returnEntry[~event] = i + 1;
    }
  }

  /** The entry of an operation's call. */
  callOf(operation: number): number {
    return this.callEntry[operation];
  }

  lift(operation: number): void {
    this.unlink(this.callEntry[operation]);
    if (this.returnEntry[operation] !== 0) this.unlink(this.returnEntry[operation]);
  }

  /** Undoes the last `lift` that was not undone. */
  putBack(operation: number): void {
    if (this.returnEntry[operation] !== 0) this.link(this.returnEntry[operation]);
    this.link(this.callEntry[operation]);
  }

  private unlink(entry: number): void {
    this.next[this.previous[entry]] = this.next[entry];
    this.previous[this.next[entry]] = this.previous[entry];
  }

  private link(entry: number): void {
    this.next[this.previous[entry]] = entry;
    this.previous[this.next[entry]] = entry;
  }
}
