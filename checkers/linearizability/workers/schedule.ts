import type { CheckContext } from '../../../harness/contracts/checker.js';
import type { Timer } from '../../../harness/environment/environment.js';
import { MODELS } from '../../models/catalogue.js';
import type { AnyModel } from '../../models/model.js';
import { Budget, OutOfBudget } from '../core/budget.js';
import { decide, type Decision, type EngineName } from '../engines/decide.js';
import { createHeapMeter } from '../core/heap.js';
import type { Partition } from '../core/preparation.js';
import { ProgressMeter } from '../core/progress-meter.js';
import { pack } from './parcel.js';
import { createWorkerPool, isOutOfMemory, type WorkerPool } from './pool.js';

/** What came out for one partition; `unknown` where a limit was reached first. */
export interface PartitionResult {
  partition: Partition;
  decision: Decision;
  /** How many operations the longest order holds that was found; all of them where it is valid. */
  longestPrefix: number;
}

export interface ScheduleOptions {
  model: AnyModel;
  engine?: EngineName;
  /** Judge every partition, also after one was found invalid. */
  all: boolean;
  /** On the clock's scale. */
  deadline: number;
}

/** The share of the first round, on this thread: enough for what is easy. */
const FIRST_STEPS = 20_000;
const FIRST_NS = 30e6;
const FIRST_NS_PER_OPERATION = 3000;
/** The share of the second round, and how much each further one grows. */
const HARD_NS = 1e9;
const GROWTH = 8;
/** The event loop gets a turn at least this often. */
const TURN_NS = 50e6;
const POLL_MS = 100;

/** What a partition may use in one round. */
interface Share {
  steps: number;
  ns: (partition: Partition) => number;
}

const FIRST_SHARE: Share = {
  steps: FIRST_STEPS,
  ns: ({ operations }) => FIRST_NS + FIRST_NS_PER_OPERATION * operations.length,
};

/**
 * Judges partitions in rounds, so that one hard partition does not starve an easy violation elsewhere.
 * In the first round each gets a small share on this thread; what is not decided then goes to worker threads
 * with shares that grow from round to round. The first violation ends it unless all are asked for.
 * A user's model cannot be sent to a thread and stays here.
 */
export async function judgePartitions(
  partitions: readonly Partition[],
  options: ScheduleOptions,
  context: CheckContext,
): Promise<PartitionResult[]> {
  return new Schedule(partitions, options, context).run();
}

class Schedule {
  private readonly results = new Map<Partition, PartitionResult>();
  private readonly heap = createHeapMeter();
  private readonly meter: ProgressMeter;
  /** Aborted when there is nothing more to be done: a limit, a violation, or the user. */
  private readonly stop = new AbortController();
  private limit: 'time' | 'aborted' | undefined;
  private lastTurn: number;

  constructor(
    private readonly partitions: readonly Partition[],
    private readonly options: ScheduleOptions,
    private readonly context: CheckContext,
  ) {
    this.lastTurn = context.clock.now();
    this.meter = new ProgressMeter(context, partitions);
  }

  async run(): Promise<PartitionResult[]> {
    let hard = await this.judgeHere(this.partitions, FIRST_SHARE);
    if (this.isBuiltIn()) {
      if (hard.length > 0 && !this.ended) await this.judgeInWorkers(hard);
    } else {
      for (let ns = HARD_NS; hard.length > 0 && !this.ended; ns *= GROWTH) {
        const share = hard.length === 1 ? Infinity : ns;
        hard = await this.judgeHere(hard, { steps: Infinity, ns: () => share });
      }
    }
    this.giveUpRest();
    return [...this.results.values()];
  }

  private get ended(): boolean {
    return this.stop.signal.aborted;
  }

  private isBuiltIn(): boolean {
    const { model } = this.options;
    return MODELS[model.name as keyof typeof MODELS] === model;
  }

  /** One round on this thread; gives the partitions that need more. */
  private async judgeHere(partitions: readonly Partition[], share: Share): Promise<Partition[]> {
    const { model, engine } = this.options;
    const { clock } = this.context;
    const hard: Partition[] = [];
    for (const partition of partitions) {
      const budget = this.budget(share.steps, share.ns(partition), (steps, prefix) =>
        this.meter.note(partition, steps, prefix),
      );
      const decision = decide({ model, operations: partition.operations }, budget, engine);
      this.meter.note(partition, 0, budget.longestPrefix);
      if (!this.note(partition, decision, false)) hard.push(partition);
      if (this.ended) break;
      if (clock.now() - this.lastTurn < TURN_NS) continue;
      this.meter.tell();
      await clock.sleep(0);
      this.lastTurn = clock.now();
    }
    return hard;
  }

  private budget(
    steps: number,
    shareNs: number,
    onProgress?: (steps: number, prefix: number) => void,
  ): Budget {
    const { clock, limits, signal } = this.context;
    return new Budget(clock, {
      deadline: this.options.deadline,
      yieldAt: clock.now() + shareNs,
      memoryBytes: limits.memoryBytes,
      heap: this.heap,
      steps,
      signal,
      onProgress,
    });
  }

  /**
   * On threads, which share the memory; a partition for which a share of it was too little gets all of it,
   * alone. Threads are ended when time is over, and do not have to notice it themselves.
   */
  private async judgeInWorkers(partitions: readonly Partition[]): Promise<void> {
    const { clock, signal } = this.context;
    const onAbort = (): void => this.end('aborted');
    signal?.addEventListener('abort', onAbort, { once: true });
    const leftMs = (this.options.deadline - clock.now()) / 1e6;
    const timers: Timer[] = [clock.setTimer(() => this.end('time'), Math.max(0, leftMs))];
    const poll = (): void => {
      this.meter.tell();
      timers[1] = clock.setTimer(poll, POLL_MS);
    };
    poll();
    try {
      const starved = await this.judgeOnThreads(partitions, partitions.length);
      if (!this.ended && starved.length > 0) await this.judgeOnThreads(starved, 1);
    } finally {
      for (const timer of timers) clock.clearTimer(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Gives the partitions whose share of memory was too little. */
  private async judgeOnThreads(
    partitions: readonly Partition[],
    most: number,
  ): Promise<Partition[]> {
    const pool = createWorkerPool(most, this.context.limits.memoryBytes);
    const starved: Partition[] = [];
    let hard = partitions;
    for (let ns = HARD_NS; hard.length > 0 && !this.ended; ns *= GROWTH) {
      const shareMs = hard.length <= pool.threads ? Infinity : ns / 1e6;
      const waiting = hard.values();
      const undecided: Partition[] = [];
      const work = async (): Promise<void> => {
        for (const partition of waiting) {
          if (this.ended) return;
          if (await this.judgeInWorker(partition, pool, shareMs)) continue;
          (this.ranOutOfMemory(partition) ? starved : undecided).push(partition);
        }
      };
      await Promise.all(Array.from({ length: pool.threads }, work));
      hard = undecided;
    }
    // Threads that are ended take their time to free what they had: nobody has to wait for that.
    pool.close().catch(() => undefined);
    return starved;
  }

  /** False where the partition needs more. */
  private async judgeInWorker(
    partition: Partition,
    pool: WorkerPool,
    shareMs: number,
  ): Promise<boolean> {
    const { clock } = this.context;
    const { model, engine, deadline } = this.options;
    try {
      const task = {
        model: model.name as keyof typeof MODELS,
        engine,
        operations: pack(partition.operations, this.budget(Infinity, Infinity)),
        timeMs: Math.max(0, (deadline - clock.now()) / 1e6),
        shareMs,
        memoryBytes: pool.memoryBytes,
        progress: this.meter.share(partition),
      };
      const decision = await pool.judge(task, this.stop.signal);
      return this.note(partition, decision, pool.threads > 1);
    } catch (error) {
      if (this.ended) return true;
      if (error instanceof OutOfBudget) this.end(clock.now() >= deadline ? 'time' : 'aborted');
      else if (isOutOfMemory(error)) return this.giveUp(partition, 'memory', pool.threads > 1);
      else throw error;
      return true;
    }
  }

  private ranOutOfMemory(partition: Partition): boolean {
    const answer = this.results.get(partition)?.decision.answer;
    return answer?.verdict === 'unknown' && answer.reason === 'memory';
  }

  /** Keeps a decision; false where the partition had too little of something that it can get more of. */
  private note(partition: Partition, decision: Decision, hasMoreMemory: boolean): boolean {
    const { answer } = decision;
    const longestPrefix = this.meter.longestPrefix(partition);
    this.results.set(partition, { partition, decision, longestPrefix });
    if (answer.verdict === 'unknown') {
      if (answer.reason === 'steps' || (answer.reason === 'memory' && hasMoreMemory)) return false;
      if (answer.reason === 'time' || answer.reason === 'aborted') this.end(answer.reason);
    }
    this.meter.done++;
    if (answer.verdict === 'invalid' && !this.options.all) this.stop.abort();
    return true;
  }

  private end(limit: 'time' | 'aborted'): void {
    if (this.ended) return;
    this.limit = limit;
    this.stop.abort();
  }

  private giveUp(
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
  private giveUpRest(): void {
    for (const { partition, decision } of [...this.results.values()]) {
      const { answer } = decision;
      const isOpen = answer.verdict === 'unknown' && answer.reason === 'steps';
      if (isOpen) this.giveUp(partition, this.limit ?? 'aborted', false);
    }
  }
}
