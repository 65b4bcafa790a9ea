import type { Budget } from '../../core/budget.js';

/** Small, because a history of many keys makes many sets; a power of two. */
const FIRST_CAPACITY = 32;

/**
 * A set of records of a fixed number of 32-bit words, in open addressing over one typed array: a record
 * costs its words and nothing else, and there is no limit but memory (a JavaScript Set ends at 2^24).
 */
export class VisitedSet {
  size = 0;
  private readonly width: number;
  private readonly budget: Budget;
  private records: Int32Array;
  private used: Uint8Array;
  private mask: number;

  constructor(width: number, budget: Budget) {
    this.width = width;
    this.budget = budget;
    this.mask = FIRST_CAPACITY - 1;
    this.records = new Int32Array(FIRST_CAPACITY * width);
    this.used = new Uint8Array(FIRST_CAPACITY);
    budget.allocate(FIRST_CAPACITY * (4 * width + 1));
  }

  /**
   * Adds the record; false where it was there. Where there is no memory for more the budget says so and
   * the record is taken for new.
   */
  add(record: Int32Array): boolean {
    const { width } = this;
    let at = hashWords(record, width) & this.mask;
    while (this.used[at] === 1) {
      const base = at * width;
      let i = 0;
      while (i < width && this.records[base + i] === record[i]) i++;
      if (i === width) return false;
      at = (at + 1) & this.mask;
    }
    this.used[at] = 1;
    const base = at * width;
    for (let i = 0; i < width; i++) this.records[base + i] = record[i];
    if (++this.size * 10 > this.mask * 7) this.grow();
    return true;
  }

  private grow(): void {
    const count = this.mask + 1;
    const bytes = count * (4 * this.width + 1);
    if (2 * count * this.width > 0x7fffffff || !this.budget.allocate(2 * bytes)) {
      this.budget.stop('memory');
      this.forget();
      return;
    }
    const { records, used, width } = this;
    this.mask = 2 * count - 1;
    this.records = new Int32Array(2 * count * width);
    this.used = new Uint8Array(2 * count);
    for (let i = 0; i < count; i++) {
      if (used[i] === 0) continue;
      let at = this.hashAt(records, i * width) & this.mask;
      while (this.used[at] === 1) at = (at + 1) & this.mask;
      this.used[at] = 1;
      for (let k = 0; k < width; k++) this.records[at * width + k] = records[i * width + k];
    }
    this.budget.release(bytes);
  }

  /** The search is over for want of memory; until it notices, it must find free places. */
  private forget(): void {
    this.used.fill(0);
    this.size = 0;
  }

  private hashAt(words: Int32Array, base: number): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < this.width; i++) hash = mixWord(hash, words[base + i]);
    return avalanche(hash);
  }
}

/** A hash of the first `count` words. */
function hashWords(words: Int32Array, count: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < count; i++) hash = mixWord(hash, words[i]);
  return avalanche(hash);
}

/** One round of MurmurHash3. */
function mixWord(hash: number, word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  const mixed = hash ^ Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function avalanche(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
