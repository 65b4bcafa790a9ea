import type { JudgedWrite } from './fates.js';
import type { LossByFault, LostWrite } from './evidence.js';
import { type FaultInTime, isPowerCut, suspectsOf } from './faults.js';

/** A lost write with the faults that can have lost it, the likeliest first. */
interface Loss {
  lost: LostWrite;
  suspects: readonly FaultInTime[];
}

/**
 * All lost writes, by invocation, each with the fault that lost it, as far as that can be told.
 *
 * A mode that does not survive power cuts promises nothing from the first one on, also to writes that were acknowledged
 * later: a node of Raft that has forgotten its vote can elect a second leader of the same term, and what either
 * acknowledges then the other may overwrite. What was missed before any power cut breaks every mode's promise.
 */
export function lossesOf(
  judged: readonly JudgedWrite[],
  faults: readonly FaultInTime[],
  survivesPowerLoss: boolean,
): Loss[] {
  const survivors = judged.filter(({ fate }) => fate.kind === 'kept');
  const powerCuts = faults.filter(isPowerCut).map(({ began }) => began);
  const firstPowerCut = Math.min(Infinity, ...powerCuts);
  const newest = newestSurvivorBefore(survivors);
  return judged.flatMap(({ write, fate }) => {
    if (fate.kind !== 'lost') return [];
    const suspects = suspectsOf(write, fate, faults);
    const fault = suspects.at(0);
    const lostBy = fault?.began ?? fate.firstMiss.startTime;
    const lost: LostWrite = {
      key: write.key ?? null,
      value: write.input,
      process: write.process,
      node: write.node ?? null,
      acknowledgedAt: write.endTime,
      missedAt: fate.firstMiss.endTime,
      missedOn: fate.firstMiss.node ?? null,
      fault: fault?.id ?? null,
      suspects: suspects.length,
      promised: !survivesPowerLoss && fate.firstMiss.endTime >= firstPowerCut,
      outOfOrder: newest(lostBy) > write.return,
    };
    return [{ lost, suspects }];
  });
}

/** For a time, the greatest call of a surviving write that had been answered by then; −1 where none had. */
function newestSurvivorBefore(survivors: readonly JudgedWrite[]): (time: number) => number {
  const byEnd = survivors.map(({ write }) => write).sort((a, b) => a.endTime - b.endTime);
  let greatest = -1;
  const calls = byEnd.map(({ call }) => (greatest = Math.max(greatest, call)));
  return (time) => {
    let [low, high] = [0, byEnd.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (byEnd[middle].endTime < time) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? -1 : calls[low - 1];
  };
}

/** What each fault lost, in the order of the faults; what no fault can have lost comes last. */
export function groupByFault(losses: readonly Loss[]): LossByFault[] {
  const groups = new Map<number | null, { fault: FaultInTime | undefined; losses: Loss[] }>();
  for (const loss of losses) {
    const fault = loss.suspects.at(0);
    const group = groups.get(fault?.id ?? null) ?? { fault, losses: [] };
    group.losses.push(loss);
    groups.set(fault?.id ?? null, group);
  }
  return [...groups.values()]
    .sort((a, b) => (a.fault?.began ?? Infinity) - (b.fault?.began ?? Infinity))
    .map(({ fault, losses: own }) => ({
      id: fault?.id ?? null,
      fault: fault?.fault ?? null,
      variant: fault?.variant ?? null,
      nodes: fault?.nodes ?? [],
      began: fault?.began ?? null,
      lost: own.length,
      certain: own.filter(({ suspects }) => suspects.length === 1).length,
      windowMs: fault === undefined ? null : windowMs(fault, own),
    }));
}

/** A write answered while the fault was being carried out lies in no window. */
function windowMs({ began }: FaultInTime, losses: readonly Loss[]): number {
  const oldest = losses.reduce((least, { lost }) => Math.min(least, lost.acknowledgedAt), Infinity);
  return Math.max(0, (began - oldest) / 1e6);
}
