import type { Partition } from '../core/preparation.js';
import type { ProgressMeter } from '../core/progress-meter.js';
import type { Decision } from '../engines/decide.js';

/** What came out for one partition; `unknown` where a limit was reached first. */
export interface PartitionResult {
  partition: Partition;
  decision: Decision;
  /** How many operations the longest order holds that was found; all of them where it is valid. */
  longestPrefix: number;
}

/** What has been decided so far, and whether there is anything left to be done. */
export class Decisions {
  private readonly results = new Map<Partition, PartitionResult>();
  /** Aborted when there is nothing more to be done: a limit, a violation, or the user. */
  private readonly stop = new AbortController();
  private limit: 'time' | 'aborted' | undefined;

  /** @param all whether every partition is judged, also after one was found invalid */
  constructor(
    private readonly meter: ProgressMeter,
    private readonly all: boolean,
  ) {}

  get ended(): boolean {
    return this.stop.signal.aborted;
  }

  /** Aborted when it has ended. */
  get signal(): AbortSignal {
    return this.stop.signal;
  }

  list(): PartitionResult[] {
    return [...this.results.values()];
  }

  ranOutOfMemory(partition: Partition): boolean {
    const answer = this.results.get(partition)?.decision.answer;
    return answer?.verdict === 'unknown' && answer.reason === 'memory';
  }

  /** Keeps a decision; false where the partition had too little of something that it can get more of. */
  note(partition: Partition, decision: Decision, hasMoreMemory: boolean): boolean {
    const { answer } = decision;
    const longestPrefix = this.meter.longestPrefix(partition);
    this.results.set(partition, { partition, decision, longestPrefix });
    if (answer.verdict === 'unknown') {
      if (answer.reason === 'steps' || (answer.reason === 'memory' && hasMoreMemory)) return false;
      if (answer.reason === 'time' || answer.reason === 'aborted') this.end(answer.reason);
    }
    this.meter.done++;
    if (answer.verdict === 'invalid' && !this.all) this.stop.abort();
    return true;
  }

  end(limit: 'time' | 'aborted'): void {
    if (this.ended) return;
    this.limit = limit;
    this.stop.abort();
  }

  giveUp(
    partition: Partition,
    reason: 'time' | 'memory' | 'aborted',
    hasMoreMemory: boolean,
  ): boolean {
    const decision = this.results.get(partition)?.decision;
    const { engine, why } = decision ?? { engine: 'none', why: '' };
    const answer = { verdict: 'unknown', reason } as const;
    return this.note(partition, { engine, why, answer }, hasMoreMemory);
  }

  /** What was put back, and everything was stopped then, is unknown for the reason of that. */
  giveUpRest(): void {
    for (const { partition, decision } of this.list()) {
      const { answer } = decision;
      const isOpen = answer.verdict === 'unknown' && answer.reason === 'steps';
      if (isOpen) this.giveUp(partition, this.limit ?? 'aborted', false);
    }
  }
}
