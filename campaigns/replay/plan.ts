import type { Capability } from '../../harness/contracts/cluster.js';
import type { CarriedFault, Nemesis, ScheduleEntry } from '../../harness/contracts/nemesis.js';
import type { ScheduledFault } from '../../harness/run/spec.js';
import { formatSeconds } from '../../harness/text/time.js';
import { readStoredFault } from '../run/stored-fault.js';

/** A schedule as a plan, and what of it cannot be planned, a sentence each. */
export interface ReplayPlan {
  plan: ScheduledFault[];
  leftOut: string[];
}

/** Where the schedule is to be carried out. */
export interface ReplayGround {
  nemeses: Readonly<Record<string, Nemesis>>;
  capabilities: ReadonlySet<Capability>;
  /** Why a fault can do nothing to the target as it is chosen. */
  refusal?: (nemesis: Nemesis) => string | undefined;
  /** Where an entry of the schedule stands, by its index. */
  lineOf: (index: number) => string;
  runtime: string;
  nodes: readonly string[];
  /** When the load began, in nanoseconds since the recorded run did; and how long it lasts, in milliseconds. */
  loadStart: number;
  loadMs: number;
}

/**
 * The faults that a run has carried out, to be carried out again: on the same nodes, with the same parameters, at the
 * same times of the load. One that was never healed lasts until the end of the load. Throws a `UsageError` where a fault
 * has parameters that its nemesis does not know.
 */
export function planFromSchedule(
  schedule: readonly ScheduleEntry[],
  ground: ReplayGround,
): ReplayPlan {
  const atMs = (time: number): number => Math.round((time - ground.loadStart) / 1e6);
  const healings = new Map(
    schedule.filter(({ action }) => action === 'heal').map((entry) => [entry.id, entry]),
  );
  const result: ReplayPlan = { plan: [], leftOut: [] };
  /** When the last fault of each lane was over, as recorded. */
  const lanesUntil: number[] = [];
  for (const [index, entry] of schedule.entries()) {
    if (entry.action !== 'inject') continue;
    const reason = obstacle(entry, ground);
    if (reason !== undefined) {
      result.leftOut.push(`${describeCarried(entry.fault)}: ${reason}`);
      continue;
    }
    const nemesis = ground.nemeses[entry.fault.fault];
    const planned = readStoredFault(nemesis, entry.fault, ground.lineOf(index));
    const healing = healings.get(entry.id);
    const endMs = Math.min(ground.loadMs, healing ? atMs(healing.time) : ground.loadMs);
    const startMs = Math.max(0, atMs(entry.time));
    const lane = freeLane(lanesUntil, entry.time);
    lanesUntil[lane] = healing?.doneTime ?? Infinity;
    result.plan.push({ ...planned, lane, startMs, endMs });
  }
  return result;
}

/**
 * Faults that came one after the other do so again, however long the healing takes here: removing members while the
 * last ones are still missing would be another fault. Those that were in force together have lanes of their own.
 */
function freeLane(lanesUntil: readonly number[], time: number): number {
  const free = lanesUntil.findIndex((until) => until <= time);
  return free < 0 ? lanesUntil.length : free;
}

/** Why this injection cannot be made again; undefined where it can. */
function obstacle(
  { fault: { fault, nodes }, error }: ScheduleEntry,
  ground: ReplayGround,
): string | undefined {
  if (error !== undefined) return `it had failed then (${error})`;
  if (!Object.hasOwn(ground.nemeses, fault)) return 'there is no such fault here';
  const nemesis = ground.nemeses[fault];
  const missing = nemesis.needs.filter((need) => !ground.capabilities.has(need));
  if (missing.length > 0) return `the runtime ${ground.runtime} has no ${missing.join(', ')}`;
  const refusal = ground.refusal?.(nemesis);
  if (refusal !== undefined) return refusal;
  const strangers = nodes.filter((node) => !ground.nodes.includes(node));
  return strangers.length > 0 ? `there is no ${strangers.join(', ')}` : undefined;
}

/** `power leader (n3)`. */
function describeCarried({ fault, variant, nodes }: CarriedFault): string {
  return `${fault} ${variant}${nodes.length > 0 ? ` (${nodes.join(', ')})` : ''}`;
}

/** A fault that begins later than this after its time is told. */
const LATE_MS = 500;

/** How far a schedule that was carried out differs from its plan, a sentence for each fault that does. */
export function differencesFromPlan(
  plan: readonly ScheduledFault[],
  schedule: readonly ScheduleEntry[],
  loadStart: number,
): string[] {
  return plan.flatMap((planned, index) => {
    const what = `${planned.fault} ${planned.variant} at ${formatSeconds(planned.startMs)}`;
    const entry = schedule.find(({ action, id }) => action === 'inject' && id === index + 1);
    if (entry === undefined) return [`${what}: not carried out, the load ended before`];
    if (entry.error !== undefined) return [`${what}: ${entry.error}`];
    const differences = [
      entry.fault.evidence.tookEffect ? undefined : 'not seen to take effect',
      nodesDifference(planned, entry.fault),
      lateness((entry.time - loadStart) / 1e6 - planned.startMs),
    ].filter((difference) => difference !== undefined);
    return differences.length > 0 ? [`${what}: ${differences.join(', ')}`] : [];
  });
}

function nodesDifference(
  { parameters }: ScheduledFault,
  { nodes }: CarriedFault,
): string | undefined {
  if (!Array.isArray(parameters.nodes)) return undefined;
  const missing = parameters.nodes.filter((node) => !nodes.includes(String(node)));
  return missing.length > 0 ? `not on ${missing.join(', ')}, down already` : undefined;
}

function lateness(lateMs: number): string | undefined {
  return lateMs > LATE_MS ? `${formatSeconds(lateMs)} late` : undefined;
}
