import type { CheckContext } from '../../../harness/contracts/checker.js';
import { formatCount } from '../../../harness/text/numbers.js';
import type { Partition } from './preparation.js';

/** Told no more often than this. */
const REPORT_INTERVAL_NS = 100e6;

/** How far everything has come: counted by engines, here and on threads, and told to who waits. */
export class ProgressMeter {
  done = 0;
  private readonly context: CheckContext;
  private readonly total: number;
  /** Of partitions that were not easy: configurations tried, operations in the longest order. */
  private readonly progress = new Map<Partition, Float64Array | [number, number]>();
  private current: Partition | undefined;
  private reportedAt: number;
  private reportedSteps = 0;

  constructor(context: CheckContext, partitions: readonly Partition[]) {
    this.context = context;
    this.total = partitions.length;
    this.reportedAt = context.clock.now();
  }

  /** What a thread may write to. */
  share(partition: Partition): Float64Array {
    const known = this.progress.get(partition);
    const shared = new Float64Array(new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT));
    if (known) shared.set(known);
    this.progress.set(partition, shared);
    this.current = partition;
    return shared;
  }

  note(partition: Partition, steps: number, longestPrefix: number): void {
    let progress = this.progress.get(partition);
    if (!progress) this.progress.set(partition, (progress = [0, 0]));
    progress[0] += steps;
    progress[1] = Math.max(progress[1], longestPrefix);
    this.current = partition;
    this.tell();
  }

  longestPrefix(partition: Partition): number {
    return this.progress.get(partition)?.[1] ?? 0;
  }

  tell(): void {
    const { clock, onProgress } = this.context;
    const now = clock.now();
    if (!onProgress || now - this.reportedAt < REPORT_INTERVAL_NS) return;
    let steps = 0;
    for (const [taken] of this.progress.values()) steps += taken;
    const rate = Math.round(((steps - this.reportedSteps) * 1e9) / (now - this.reportedAt));
    [this.reportedAt, this.reportedSteps] = [now, steps];
    onProgress({
      checker: 'linearizability',
      unit: 'keys',
      done: this.done,
      total: this.total,
      detail: `${this.describeCurrent()}${formatCount(rate)} configurations/s`,
    });
  }

  private describeCurrent(): string {
    if (!this.current) return '';
    const { key, operations } = this.current;
    const on = key === null ? '' : ` of key ${JSON.stringify(key)}`;
    const prefix = formatCount(this.longestPrefix(this.current));
    return `longest prefix ${prefix} of ${formatCount(operations.length)} operations${on}, `;
  }
}
