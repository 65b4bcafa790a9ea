import { assignLanes } from './lanes.js';

type Process = number | string;

/** More processes than this share lanes. */
const MOST_OWN_LANES = 12;

/** An operation to be drawn in its process's lane. */
export interface TimelineOperation {
  process: Process;
  /** What stands on its bar: "write 5", "read → 3". */
  label: string;
  /** Everything there is to say about it, for those who point at it. */
  detail: string;
  /** Event indexes; `return` is undefined where it may take effect at any later time. */
  call: number;
  return?: number;
  /** Nanoseconds since the run began; the end is undefined where no completion was recorded. */
  startTime: number;
  endTime?: number;
  /** How the moments of its invocation and of its certain answer are called; "never" without one. */
  invoked: string;
  answered: string;
  type: 'ok' | 'fail' | 'info';
  /** It is one of those that no order can explain. */
  stuck: boolean;
  /** Its place, from 0, in the longest order that was found; undefined where it has none. */
  order?: number;
}

/** A bar, in the unit in which widths are given: pixels, or columns of text. */
export interface TimelineBar {
  operation: TimelineOperation;
  /** Row, an index into the timeline's lanes. */
  lane: number;
  x: number;
  width: number;
  /** It has no end: it runs out of the picture. */
  open: boolean;
  /** Where it takes effect in the order that was found. */
  point?: number;
}

export interface Timeline {
  /** The processes of each lane: one, or several that were never there at the same time. */
  lanes: readonly (readonly Process[])[];
  bars: readonly TimelineBar[];
  width: number;
  /** Invocations and completions that were placed, and what to call them. */
  ticks: readonly { x: number; name: string }[];
}

/** What the layout needs to know of the medium. */
export interface TimelineMetrics {
  /** The room that the label of this operation needs in its bar: a whole number, like `gap`. */
  labelWidth(operation: TimelineOperation): number;
  /** The least distance between two events, and between two points of the order. */
  gap: number;
}

interface Moment {
  /** Event index: it orders moments where times are equal. */
  index: number;
  time: number;
  bar: number;
  isEnd: boolean;
}

/**
 * Places operations so that the order of all invocations and completions is kept and every label has
 * room. Distances grow with the logarithm of the time between two events: a violation takes
 * milliseconds, and what led to it may lie seconds before.
 */
export function layOutTimeline(
  operations: readonly TimelineOperation[],
  metrics: TimelineMetrics,
): Timeline {
  const sorted = [...operations].sort((a, b) => a.call - b.call);
  const moments = momentsOf(sorted);
  const points = pointSlots(sorted, moments);
  const { positions, pointPositions, width } = place(sorted, moments, points, metrics);
  const placed = sorted.map((operation, i) => ({
    operation,
    x: positions[i].start,
    width: (positions[i].end ?? width) - positions[i].start,
    open: operation.return === undefined,
    point: pointPositions.get(i),
  }));
  const lanes = lanesOf(placed);
  const bars = placed.map((bar) => ({
    ...bar,
    lane: lanes.findIndex((processes) => processes.includes(bar.operation.process)),
  }));
  const ticks = moments.map(({ bar, isEnd }) => {
    const { invoked, answered } = sorted[bar];
    const { start, end } = positions[bar];
    return isEnd ? { name: answered, x: end ?? width } : { name: invoked, x: start };
  });
  return { lanes, bars, width, ticks };
}

/**
 * A lane for each process, as long as they are few. Of many, as in a run whose clients were replaced again and again,
 * one takes the lane of another that was gone.
 */
function lanesOf(bars: readonly Omit<TimelineBar, 'lane'>[]): Process[][] {
  const spans = new Map<Process, { start: number; end: number }>();
  for (const { operation, x, width } of bars) {
    const { start = x, end = 0 } = spans.get(operation.process) ?? {};
    spans.set(operation.process, { start, end: Math.max(end, x + width) });
  }
  if (spans.size <= MOST_OWN_LANES) {
    return [...spans.keys()].sort((a, b) => Number(a) - Number(b)).map((process) => [process]);
  }
  const lanes: Process[][] = [];
  const processes = [...spans.keys()];
  assignLanes([...spans.values()]).forEach((lane, i) => (lanes[lane] ??= []).push(processes[i]));
  return lanes;
}

/** "process 3", or "process 3, 13, 23": one after the other. */
export function nameLane(processes: readonly Process[]): string {
  return `process ${processes.join(', ')}`;
}

/** All invocations and certain completions, in the order of the history. */
function momentsOf(sorted: readonly TimelineOperation[]): Moment[] {
  const moments = sorted.flatMap((operation, bar): Moment[] => {
    const { call, startTime: time, endTime } = operation;
    const start = { index: call, time, bar, isEnd: false };
    if (operation.return === undefined) return [start];
    return [start, { index: operation.return, time: endTime ?? time, bar, isEnd: true }];
  });
  return moments.sort((a, b) => a.index - b.index);
}

/**
 * For each moment, the bars that take effect right after it: each as early as the order allows, that is
 * not before its own invocation and not before those ahead of it.
 */
function pointSlots(sorted: readonly TimelineOperation[], moments: readonly Moment[]): number[][] {
  const slots: number[][] = moments.map(() => []);
  const ordered = sorted
    .map((operation, bar) => ({ bar, order: operation.order }))
    .filter((entry): entry is { bar: number; order: number } => entry.order !== undefined)
    .sort((a, b) => a.order - b.order);
  let slot = 0;
  for (const { bar } of ordered) {
    const invoked = moments.findIndex((moment) => moment.bar === bar && !moment.isEnd);
    slot = Math.max(slot, invoked);
    slots[slot].push(bar);
  }
  return slots;
}

/** Walks through the moments from left to right, each as far left as its neighbours and labels let it. */
function place(
  sorted: readonly TimelineOperation[],
  moments: readonly Moment[],
  slots: readonly (readonly number[])[],
  { labelWidth, gap }: TimelineMetrics,
): {
  positions: { start: number; end?: number }[];
  pointPositions: Map<number, number>;
  width: number;
} {
  const positions = sorted.map((): { start: number; end?: number } => ({ start: 0 }));
  const pointPositions = new Map<number, number>();
  let x = gap;
  moments.forEach((moment, i) => {
    if (i > 0) x += Math.round(gap * stretch(moment.time - moments[i - 1].time));
    const position = positions[moment.bar];
    if (moment.isEnd) {
      x = Math.max(x, position.start + labelWidth(sorted[moment.bar]));
      position.end = x;
    } else position.start = x;
    for (const bar of slots[i]) pointPositions.set(bar, (x += gap));
  });
  const open = sorted.map((operation, i) =>
    operation.return === undefined ? positions[i].start + labelWidth(operation) : 0,
  );
  return { positions, pointPositions, width: Math.max(x + 2 * gap, ...open) + gap };
}

/** 1 for up to a tenth of a millisecond, about 2 for ten, 3 for a second. */
function stretch(nanoseconds: number): number {
  return 1 + Math.log10(1 + nanoseconds / 1e5) / 2;
}
