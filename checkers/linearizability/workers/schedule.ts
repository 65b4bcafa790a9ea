import type { CheckContext } from '../../../harness/contracts/checker.js';
import { MODELS } from '../../models/catalogue.js';
import type { AnyModel } from '../../models/model.js';
import type { Partition } from '../core/preparation.js';
import { decide } from '../engines/decide.js';
import type { PartitionResult } from './decisions.js';
import { judgeOnThreads } from './on-threads.js';
import { GROWTH, HARD_NS, Rounds, type ScheduleOptions } from './rounds.js';

/** The share of the first round, on this thread: enough for what is easy. */
const FIRST_STEPS = 20_000;
const FIRST_NS = 30e6;
const FIRST_NS_PER_OPERATION = 3000;
/** The event loop gets a turn at least this often. */
const TURN_NS = 50e6;

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
  private readonly rounds: Rounds;
  private lastTurn: number;

  constructor(
    private readonly partitions: readonly Partition[],
    options: ScheduleOptions,
    context: CheckContext,
  ) {
    this.rounds = new Rounds(partitions, options, context);
    this.lastTurn = context.clock.now();
  }

  async run(): Promise<PartitionResult[]> {
    const { decisions, options } = this.rounds;
    let hard = await this.judgeHere(this.partitions, FIRST_SHARE);
    if (isBuiltIn(options.model)) {
      if (hard.length > 0 && !decisions.ended) await judgeOnThreads(this.rounds, hard);
    } else {
      for (let ns = HARD_NS; hard.length > 0 && !decisions.ended; ns *= GROWTH) {
        const share = hard.length === 1 ? Infinity : ns;
        hard = await this.judgeHere(hard, { steps: Infinity, ns: () => share });
      }
    }
    decisions.giveUpRest();
    return decisions.list();
  }

  /** One round on this thread; gives the partitions that need more. */
  private async judgeHere(partitions: readonly Partition[], share: Share): Promise<Partition[]> {
    const { decisions, meter, options, context } = this.rounds;
    const { model, engine } = options;
    const { clock } = context;
    const hard: Partition[] = [];
    for (const partition of partitions) {
      const budget = this.rounds.budget(share.steps, share.ns(partition), (steps, prefix) =>
        meter.note(partition, steps, prefix),
      );
      const decision = decide({ model, operations: partition.operations }, budget, engine);
      meter.note(partition, 0, budget.longestPrefix);
      if (!decisions.note(partition, decision, false)) hard.push(partition);
      if (decisions.ended) break;
      if (clock.now() - this.lastTurn < TURN_NS) continue;
      meter.tell();
      await clock.sleep(0);
      this.lastTurn = clock.now();
    }
    return hard;
  }
}

function isBuiltIn(model: AnyModel): boolean {
  return MODELS[model.name as keyof typeof MODELS] === model;
}
