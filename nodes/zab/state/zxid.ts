/**
 * A zxid names a transaction for good: the epoch of the leader that made it, and a counter within that epoch.
 * As in ZooKeeper it is one number, epoch above counter, so that numbers compare as zxids do; 0 is before
 * the first transaction. Exact up to epoch 2^21.
 */
const COUNTERS = 2 ** 32;

export function zxidOf(epoch: number, counter: number): number {
  return epoch * COUNTERS + counter;
}

export function epochOf(zxid: number): number {
  return Math.floor(zxid / COUNTERS);
}

export function counterOf(zxid: number): number {
  return zxid % COUNTERS;
}

/** As people read it: `3:17` is the 17th transaction of epoch 3. */
export function formatZxid(zxid: number): string {
  return `${epochOf(zxid)}:${counterOf(zxid)}`;
}
