/** An operation to be drawn in its process's lane. */
export interface TimelineOperation {
  process: number | string;
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
  /** Row of its process. */
  lane: number;
  x: number;
  width: number;
  /** It has no end: it runs out of the picture. */
  open: boolean;
  /** Where it takes effect in the order that was found. */
  point?: number;
}

export interface Timeline {
  processes: readonly (number | string)[];
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
  const processes = [...new Set(sorted.map(({ process }) => process))].sort(
    (a, b) => Number(a) - Number(b),
  );
  const bars = sorted.map((operation, i) => ({
    operation,
    lane: processes.indexOf(operation.process),
    x: positions[i].start,
    width: (positions[i].end ?? width) - positions[i].start,
    open: operation.return === undefined,
    point: pointPositions.get(i),
  }));
  const ticks = moments.map(({ bar, isEnd }) => {
    const { invoked, answered } = sorted[bar];
    const { start, end } = positions[bar];
    return isEnd ? { name: answered, x: end ?? width } : { name: invoked, x: start };
  });
  return { processes, bars, width, ticks };
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
