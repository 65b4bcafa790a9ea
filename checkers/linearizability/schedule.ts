import type { CheckContext } from '../../harness/contracts/checker.js';
import { MODELS } from '../models/catalogue.js';
import type { AnyModel } from '../models/model.js';
import { Budget, type StopReason } from './budget.js';
import { decide, type Decision, type EngineName } from './decide.js';
import { ModelError } from './machine.js';
import type { Partition } from './preparation.js';
import { createWorkerPool, type WorkerPool } from './workers/pool.js';

/** What came out for one partition; `unknown` where a limit was reached first. */
export interface PartitionResult {
  partition: Partition;
  decision: Decision;
}

export interface ScheduleOptions {
  model: AnyModel;
  engine?: EngineName;
  /** Judge every partition, also after one was found invalid. */
  all: boolean;
}

/** The first round's share of steps, on this thread: enough for what is easy. */
const FIRST_STEPS = 20_000;
/** The second round's share, and how much each further one grows. */
const HARD_STEPS = 2_000_000;
const GROWTH = 8;
/** The event loop gets a turn at least this often. */
const TURN_NS = 50e6;

/**
 * Judges partitions in rounds, so that one hard partition does not starve an easy violation elsewhere.
 * In the first round each gets a few steps on this thread; what is not decided then goes to worker threads
 * with budgets that grow from round to round. The first violation ends it unless all are asked for.
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
  private readonly deadline: number;
  private lastTurn: number;
  private decided = 0;
  private steps = 0;
  private ended = false;

  constructor(
    private readonly partitions: readonly Partition[],
    private readonly options: ScheduleOptions,
    private readonly context: CheckContext,
  ) {
    this.lastTurn = context.clock.now();
    this.deadline = this.lastTurn + context.limits.timeMs * 1e6;
  }

  async run(): Promise<PartitionResult[]> {
    let hard = await this.judgeHere(this.partitions, FIRST_STEPS);
    if (hard.length > 0 && !this.ended) {
      if (MODELS[this.options.model.name as keyof typeof MODELS] === this.options.model) {
        await this.judgeInWorkers(hard);
      } else {
        for (let steps = HARD_STEPS; hard.length > 0 && !this.ended; steps *= GROWTH) {
          hard = await this.judgeHere(hard, hard.length === 1 ? Infinity : steps);
        }
      }
    }
    return [...this.results.values()];
  }

  /** One round on this thread; gives the partitions that need more. */
  private async judgeHere(partitions: readonly Partition[], steps: number): Promise<Partition[]> {
    const { clock, limits, signal } = this.context;
    const hard: Partition[] = [];
    for (const partition of partitions) {
      const budget = new Budget(clock, {
        deadline: this.deadline,
        memoryBytes: limits.memoryBytes,
        steps,
        signal,
        onProgress: (taken, prefix) => this.report(taken, prefix),
      });
      if (!this.note(partition, decideSafely(partition, this.options, budget)))
        hard.push(partition);
      if (this.ended) break;
      if (clock.now() - this.lastTurn < TURN_NS) continue;
      this.report(0, 0);
      await clock.sleep(0);
      this.lastTurn = clock.now();
    }
    return hard;
  }

  private async judgeInWorkers(partitions: readonly Partition[]): Promise<void> {
    const pool = createWorkerPool(partitions.length);
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    this.context.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      let hard = partitions;
      for (let steps = HARD_STEPS; hard.length > 0 && !this.ended; steps *= GROWTH) {
        // What fits on the threads at once need not wait for anything.
        const share = hard.length <= pool.threads ? Infinity : steps;
        const undecided = await Promise.all(
          hard.map((each) => this.judgeInWorker(each, pool, share, stop)),
        );
        hard = undecided.flatMap((each) => each ?? []);
      }
    } finally {
      this.context.signal?.removeEventListener('abort', onAbort);
      await pool.close();
    }
  }

  /** Gives the partition back where it needs more steps. */
  private async judgeInWorker(
    partition: Partition,
    pool: WorkerPool,
    steps: number,
    stop: AbortController,
  ): Promise<Partition | undefined> {
    const { clock, limits } = this.context;
    const { model, engine } = this.options;
    try {
      const task = {
        model: model.name as keyof typeof MODELS,
        engine,
        operations: partition.operations,
        timeMs: Math.max(0, (this.deadline - clock.now()) / 1e6),
        memoryBytes: limits.memoryBytes / pool.threads,
        steps,
      };
      const isDecided = this.note(partition, await pool.judge(task, stop.signal));
      this.report(0, 0);
      if (this.ended) stop.abort();
      return isDecided ? undefined : partition;
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      if (this.context.signal?.aborted) this.giveUp(partition, 'aborted');
      return undefined;
    }
  }

  /** Keeps a decision; false where the partition only ran out of its share. */
  private note(partition: Partition, decision: Decision): boolean {
    const { answer } = decision;
    this.results.set(partition, { partition, decision });
    if (answer.verdict === 'unknown' && answer.reason === 'steps') return false;
    this.decided++;
    const isLimit = answer.verdict === 'unknown' && answer.reason !== 'memory';
    if (isLimit || (answer.verdict === 'invalid' && !this.options.all)) this.ended = true;
    return true;
  }

  private giveUp(partition: Partition, reason: StopReason): void {
    const decision = this.results.get(partition)?.decision;
    const { engine, why } = decision ?? { engine: 'none', why: '' };
    this.note(partition, { engine, why, answer: { verdict: 'unknown', reason } });
  }

  private report(steps: number, prefix: number): void {
    this.steps += steps;
    this.context.onProgress?.({
      checker: 'linearizability',
      unit: 'keys',
      done: this.decided,
      total: this.partitions.length,
      detail: `${this.steps} configurations, ${prefix} events of this key`,
    });
  }
}

/** A model that throws is a mistake of the model's: it says nothing about the history. */
function decideSafely(partition: Partition, options: ScheduleOptions, budget: Budget): Decision {
  const { model, engine } = options;
  try {
    return decide({ model, operations: partition.operations }, budget, engine);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const answer = { verdict: 'unknown', reason: 'model', detail: error.message } as const;
    return { engine: engine ?? 'none', why: '', answer };
  }
}
