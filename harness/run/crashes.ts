import type { Crash } from '../contracts/cluster.js';
import type { Target } from '../contracts/target.js';
import { failureLine } from '../text/failure-line.js';

/** What a disk is that lets a node end. */
const DISK_WORDS = {
  full: 'full',
  'read-only': 'read-only',
  errors: 'failing',
  damaged: 'damaged',
};

/** The nodes that ended without our doing. */
export class Crashes {
  readonly list: Crash[] = [];
  private readonly target: Target;

  constructor(target: Target) {
    this.target = target;
  }

  /**
   * The line that is said of it. A node may end where its disk fails it: that is our doing, and no crash, as long
   * as it breaks no promise.
   */
  add(crash: Crash): string {
    const { node, disk, expected, logTail } = crash;
    const cause = failureLine(logTail) ?? 'its log is empty';
    if (expected !== undefined) return `node ${node} ended, ${expected}: ${cause}`;
    if (disk !== undefined && this.target.brokenPromise?.(crash) === undefined) {
      return `node ${node} ended, its disk being ${DISK_WORDS[disk]}: ${cause}`;
    }
    this.list.push(crash);
    return `node ${node} ended by itself: ${cause}`;
  }

  /** What those before this time (nanoseconds since the run began) have broken beyond the node itself. */
  brokenPromise(before: number): string | undefined {
    return this.list
      .filter(({ time }) => time < before)
      .map((crash) => this.target.brokenPromise?.(crash))
      .find((sentence) => sentence !== undefined);
  }
}
