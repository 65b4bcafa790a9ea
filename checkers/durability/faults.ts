import type { History, Operation } from '../../harness/history/operation.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';

/** A fault as the history tells of it. Times are nanoseconds since the run began. */
export interface FaultInTime {
  id: number;
  fault: string;
  variant: string | null;
  nodes: string[];
  /** When it was begun; when that was measured, where the history says no more. */
  began: number;
  /** Infinity where it was never healed. */
  healed: number;
}

/** What a power cut is called in `--faults`, and in the history's events. */
const POWER = 'power';

export function isPowerCut({ fault }: Pick<FaultInTime, 'fault'>): boolean {
  return fault === POWER;
}

/**
 * The faults of a history, from events of the process `nemesis`: f = the fault's name, value = { action: 'inject' |
 * 'heal', id, nodes, variant, began }.
 */
export function faultsOf({ events }: History): FaultInTime[] {
  const faults = new Map<number, FaultInTime>();
  for (const { process, f, time, value } of events) {
    const told = process === 'nemesis' ? asObject(value) : undefined;
    if (told === undefined || typeof told.id !== 'number') continue;
    const known = faults.get(told.id);
    if (told.action === 'heal' && known) known.healed = time;
    if (told.action !== 'inject') continue;
    const began = typeof told.began === 'number' ? told.began : time;
    const variant = typeof told.variant === 'string' ? told.variant : null;
    const nodes = Array.isArray(told.nodes) ? told.nodes : [];
    faults.set(told.id, {
      id: told.id,
      fault: f,
      variant,
      nodes: nodes.filter((node) => typeof node === 'string'),
      began,
      healed: Infinity,
    });
  }
  return [...faults.values()];
}

/**
 * The faults that can have lost a write: those in force between the last time that it was certainly there (its own
 * call, or that of the last read that saw it) and the end of the first read that missed it. The likeliest comes
 * first: a power cut, then more nodes, then one that began after the answer, then the earliest.
 */
export function suspectsOf(
  write: Operation,
  { lastSeen, firstMiss }: { lastSeen: Operation | undefined; firstMiss: Operation },
  faults: readonly FaultInTime[],
): FaultInTime[] {
  const from = Math.max(write.startTime, lastSeen?.startTime ?? 0);
  const rank = (fault: FaultInTime): number[] => [
    isPowerCut(fault) ? 0 : 1,
    -fault.nodes.length,
    fault.began >= write.endTime ? 0 : 1,
    fault.began,
  ];
  return faults
    .filter(({ began, healed }) => began <= firstMiss.endTime && healed >= from)
    .map((fault) => ({ fault, rank: rank(fault) }))
    .sort((a, b) => compare(a.rank, b.rank))
    .map(({ fault }) => fault);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : a[at] - b[at];
}

function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}
