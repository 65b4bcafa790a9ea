import type { Lane, Nemesis, PlannedFault } from '../../harness/contracts/nemesis.js';
import type { Random } from '../../harness/environment/random.js';
import type { FaultSelection } from './selection.js';

/** A fault with its time: milliseconds since the load began. */
export interface PlannedEvent {
  /** Pairs the injection with the healing in the schedule. */
  id: number;
  /** Events of one lane never overlap. */
  lane: number;
  startMs: number;
  endMs: number;
  nemesis: Nemesis;
  planned: PlannedFault;
}

/** What a plan is made from. */
export interface PlanOptions {
  selections: readonly FaultSelection[];
  /** Names of the nodes. */
  nodes: readonly string[];
  /** How long the load lasts; every fault is over by then. */
  totalMs: number;
  random: Random;
  /** The mean time between two events: an injection or a healing. */
  intervalMs?: number;
  /** Lets a fault of nodes and a fault of the network be in force together. */
  overlap?: boolean;
}

const DEFAULT_INTERVAL_MS = 3_000;
/** Less is not worth it: a cluster would not even notice. */
const MIN_INTERVAL_MS = 400;
/** Gaps and durations lie in [1 − SPREAD, 1 + SPREAD] of the interval. */
const SPREAD = 0.5;
/** The first fault comes within this share of the interval. */
const FIRST_GAP = 0.6;

/** A seed's plans depend on their order. */
const LANES: readonly Lane[] = ['nodes', 'network'];

/**
 * Faults one after the other, each with a pause behind it. Where the time allows it every selected fault
 * appears once before any appears again, and each goes through its variants in the same manner. A seed
 * gives the same plan everywhere; the random draws of a fault do not depend on which others were selected.
 */
export function planFaults(options: PlanOptions): PlannedEvent[] {
  const { selections, overlap = false, random } = options;
  const lanes = overlap
    ? LANES.map((lane) => selections.filter(({ nemesis }) => nemesis.lane === lane))
    : [selections];
  return lanes
    .filter((lane) => lane.length > 0)
    .flatMap((lane, index) => planLane(lane, index, options, random.fork(`lane-${index}`)))
    .sort((a, b) => a.startMs - b.startMs)
    .map((event, index) => ({ ...event, id: index + 1 }));
}

function planLane(
  selections: readonly FaultSelection[],
  lane: number,
  options: PlanOptions,
  random: Random,
): PlannedEvent[] {
  const intervalMs = fittingInterval(selections.length, options);
  const around = (): number => intervalMs * (1 - SPREAD + 2 * SPREAD * random.next());
  const faults = endlessFaults(selections, options, random);
  const events: PlannedEvent[] = [];
  let startMs = intervalMs * FIRST_GAP * random.next();
  // A fault that is cut short by the end must still be worth its name.
  while (startMs + intervalMs * SPREAD <= options.totalMs) {
    const endMs = Math.min(startMs + around(), options.totalMs);
    const { value } = faults.next();
    if (value === undefined) break;
    events.push({ id: 0, lane, startMs: Math.round(startMs), endMs: Math.round(endMs), ...value });
    startMs = endMs + around();
  }
  return events;
}

/** The wanted interval, or one so short that every fault fits in once, whatever is drawn. */
function fittingInterval(
  faults: number,
  { intervalMs = DEFAULT_INTERVAL_MS, totalMs }: PlanOptions,
): number {
  const longest = 1 + SPREAD;
  // Room for the last one's full time, though half would do: faults that come late need it.
  const intervals = FIRST_GAP + (faults - 1) * 2 * longest + longest;
  return Math.max(MIN_INTERVAL_MS, Math.min(intervalMs, totalMs / intervals));
}

/** All faults in random order, again and again, each time with its next variant. */
function* endlessFaults(
  selections: readonly FaultSelection[],
  { nodes, random }: PlanOptions,
  order: Random,
): Generator<{ nemesis: Nemesis; planned: PlannedFault }, undefined> {
  for (let round = 0; ; round++) {
    const again = selections.filter(({ nemesis }) => round === 0 || nemesis.once !== true);
    if (again.length === 0) return undefined;
    for (const { nemesis, variants } of order.shuffle(again)) {
      const stream = random.fork(nemesis.name);
      const pass = Math.floor(round / variants.length);
      const variant = stream.fork(`pass-${pass}`).shuffle(variants)[round % variants.length];
      yield { nemesis, planned: nemesis.plan(stream.fork(`round-${round}`), nodes, variant) };
    }
  }
}
