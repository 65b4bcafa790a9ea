import type { Timer } from '../../../harness/environment/environment.js';
import { remainingMs } from '../../../harness/environment/elapsed.js';
import type { MODELS } from '../../models/catalogue.js';
import { OutOfBudget } from '../core/budget.js';
import type { Partition } from '../core/preparation.js';
import { pack } from './parcel.js';
import { createWorkerPool, isOutOfMemory, type WorkerPool } from './pool.js';
import { GROWTH, HARD_NS, type Rounds } from './rounds.js';

const POLL_MS = 100;

/**
 * On threads, which share the memory; a partition for which a share of it was too little gets all of it,
 * alone. Threads are ended when time is over, and do not have to notice it themselves.
 */
export async function judgeOnThreads(
  rounds: Rounds,
  partitions: readonly Partition[],
): Promise<void> {
  const { decisions, meter, options } = rounds;
  const { clock, signal } = rounds.context;
  const onAbort = (): void => decisions.end('aborted');
  signal?.addEventListener('abort', onAbort, { once: true });
  const leftMs = remainingMs(clock, options.deadline);
  const timers: Timer[] = [clock.setTimer(() => decisions.end('time'), Math.max(0, leftMs))];
  const poll = (): void => {
    meter.tell();
    timers[1] = clock.setTimer(poll, POLL_MS);
  };
  poll();
  try {
    const starved = await judgeOnPool(rounds, partitions, partitions.length);
    if (!decisions.ended && starved.length > 0) await judgeOnPool(rounds, starved, 1);
  } finally {
    for (const timer of timers) clock.clearTimer(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Gives the partitions whose share of memory was too little. */
async function judgeOnPool(
  rounds: Rounds,
  partitions: readonly Partition[],
  most: number,
): Promise<Partition[]> {
  const { decisions } = rounds;
  const pool = createWorkerPool(most, rounds.context.limits.memoryBytes);
  const starved: Partition[] = [];
  let hard = partitions;
  for (let ns = HARD_NS; hard.length > 0 && !decisions.ended; ns *= GROWTH) {
    const shareMs = hard.length <= pool.threads ? Infinity : ns / 1e6;
    const waiting = hard.values();
    const undecided: Partition[] = [];
    const work = async (): Promise<void> => {
      for (const partition of waiting) {
        if (decisions.ended) return;
        if (await judgeOnThread(rounds, partition, pool, shareMs)) continue;
        (decisions.ranOutOfMemory(partition) ? starved : undecided).push(partition);
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
async function judgeOnThread(
  rounds: Rounds,
  partition: Partition,
  pool: WorkerPool,
  shareMs: number,
): Promise<boolean> {
  const { decisions, meter, context } = rounds;
  const { clock } = context;
  const { model, engine, deadline } = rounds.options;
  try {
    const task = {
      model: model.name as keyof typeof MODELS,
      engine,
      operations: pack(partition.operations, rounds.budget(Infinity, Infinity)),
      timeMs: Math.max(0, remainingMs(clock, deadline)),
      shareMs,
      memoryBytes: pool.memoryBytes,
      progress: meter.share(partition),
    };
    const decision = await pool.judge(task, decisions.signal);
    return decisions.note(partition, decision, pool.threads > 1);
  } catch (error) {
    if (decisions.ended) return true;
    if (error instanceof OutOfBudget) decisions.end(clock.now() >= deadline ? 'time' : 'aborted');
    else if (isOutOfMemory(error)) return decisions.giveUp(partition, 'memory', pool.threads > 1);
    else throw error;
    return true;
  }
}
