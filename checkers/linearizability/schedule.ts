import type { CheckContext } from '../../harness/contracts/checker.js';
import type { AnyModel } from '../models/model.js';
import { Budget, type StopReason } from './budget.js';
import { decide, type Decision, type EngineName } from './decide.js';
import type { Partition } from './preparation.js';

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

/** The first round's share of a partition; each round gives the rest eight times as much. */
const FIRST_STEPS = 100_000;
const GROWTH = 8;
/** The event loop gets a turn at least this often. */
const TURN_NS = 50e6;

/**
 * Judges partitions in rounds: each gets a budget of steps, those that are not decided get a greater one
 * in the next round, so that one hard partition does not starve an easy violation elsewhere. The first
 * violation ends it unless all are asked for.
 */
export async function judgePartitions(
  partitions: readonly Partition[],
  options: ScheduleOptions,
  context: CheckContext,
): Promise<PartitionResult[]> {
  const { clock, limits } = context;
  const deadline = clock.now() + limits.timeMs * 1e6;
  const results = new Map<Partition, PartitionResult>();
  let steps = FIRST_STEPS;
  let left = [...partitions];
  let lastTurn = clock.now();
  while (left.length > 0) {
    const hard: Partition[] = [];
    const share = left.length === 1 ? Infinity : steps;
    for (const partition of left) {
      const budget = new Budget(clock, {
        deadline,
        memoryBytes: limits.memoryBytes,
        steps: share,
        signal: context.signal,
      });
      const decision = decide(
        { model: options.model, operations: partition.operations },
        budget,
        options.engine,
      );
      results.set(partition, { partition, decision });
      const { answer } = decision;
      if (answer.verdict === 'unknown' && answer.reason === 'steps') hard.push(partition);
      if (answer.verdict === 'invalid' && !options.all) return [...results.values()];
      if (answer.verdict === 'unknown' && endsAll(answer.reason)) return [...results.values()];
      if (clock.now() - lastTurn > TURN_NS) {
        await clock.sleep(0);
        lastTurn = clock.now();
        context.onProgress?.({
          checker: 'linearizability',
          unit: 'keys',
          done: results.size - hard.length,
          total: partitions.length,
        });
      }
    }
    left = hard;
    steps *= GROWTH;
  }
  return [...results.values()];
}

function endsAll(reason: StopReason): boolean {
  return reason === 'time' || reason === 'aborted';
}
