import type { Transaction } from './messages.js';

/**
 * The history in memory: all transactions behind `base`, the last one that was compacted away, in the order of
 * their zxids. There may be gaps between the numbers of two epochs, and none within one.
 */
export class TransactionLog {
  private transactions: Transaction[] = [];
  private baseZxid = 0;

  get base(): number {
    return this.baseZxid;
  }

  get last(): number {
    return this.transactions.at(-1)?.zxid ?? this.baseZxid;
  }

  get length(): number {
    return this.transactions.length;
  }

  append(transaction: Transaction): void {
    this.transactions.push(transaction);
  }

  /** The transaction at this position behind the base; see `positionAfter`. */
  at(position: number): Transaction | undefined {
    return this.transactions[position];
  }

  /** Where the first transaction behind this zxid stands. */
  positionAfter(zxid: number): number {
    let low = 0;
    let high = this.transactions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.transactions[middle].zxid <= zxid) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  after(zxid: number): Transaction[] {
    return this.transactions.slice(this.positionAfter(zxid));
  }

  /** The last zxid at or before this one; undefined where that is compacted away. */
  floor(zxid: number): number | undefined {
    if (zxid < this.baseZxid) return undefined;
    const position = this.positionAfter(zxid);
    return position === 0 ? this.baseZxid : this.transactions[position - 1].zxid;
  }

  /** Forgets all behind this zxid. */
  truncate(zxid: number): void {
    this.transactions.length = this.positionAfter(zxid);
  }

  /** Forgets all up to this zxid, which a snapshot covers. */
  compact(zxid: number): void {
    const position = this.positionAfter(zxid);
    if (position === 0) return;
    this.baseZxid = this.transactions[position - 1].zxid;
    this.transactions = this.transactions.slice(position);
  }

  /** Starts anew behind a snapshot from elsewhere. */
  reset(zxid: number): void {
    this.transactions = [];
    this.baseZxid = zxid;
  }
}
