/** Small numbers by their deadlines, the earliest first: a binary heap over typed arrays. */
export class DeadlineHeap {
  size = 0;
  private readonly items: Int32Array;
  private readonly deadlines: Int32Array;

  /** @param deadlines of each item */
  constructor(deadlines: Int32Array) {
    this.deadlines = deadlines;
    this.items = new Int32Array(deadlines.length);
  }

  /** The item that expires first; there must be one. */
  get first(): number {
    return this.items[0];
  }

  add(item: number): void {
    const { items, deadlines } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (deadlines[items[parent]] <= deadlines[item]) break;
      items[at] = items[parent];
      at = parent;
    }
    items[at] = item;
  }

  /** Takes the item that expires first; there must be one. */
  take(): number {
    const { items, deadlines } = this;
    const first = items[0];
    const last = items[--this.size];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && deadlines[items[child + 1]] < deadlines[items[child]]) child++;
      if (deadlines[last] <= deadlines[items[child]]) break;
      items[at] = items[child];
      at = child;
    }
    items[at] = last;
    return first;
  }
}
