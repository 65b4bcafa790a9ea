import { OPERATION_TYPES, type OperationColumns } from './report-data.js';

/** Latencies in nanoseconds, from invocation to completion. */
interface Latencies {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** What became of some operations: all of one kind, of one node, or all of them. */
export interface GroupFigures {
  name: string;
  count: number;
  ok: number;
  fail: number;
  info: number;
  /** Of those that were ok; undefined where none was. */
  latencies?: Latencies;
}

/** How often a kind of operation ended with an error, by its code. */
interface ErrorFigures {
  code: string;
  f: string;
  type: 'fail' | 'info';
  count: number;
}

export interface Figures {
  total: GroupFigures;
  functions: readonly GroupFigures[];
  /** By the node that was asked; `name` is the node's. */
  nodes: readonly GroupFigures[];
  errors: readonly ErrorFigures[];
  /** From the first invocation to the last completion, in nanoseconds since the run began. */
  firstTime: number;
  lastTime: number;
  /** Operations that were ok, per second of that time. */
  okPerSecond: number;
}

/** Counts and latencies of all operations. Percentiles are exact, by the nearest-rank method. */
export function figuresOf(columns: OperationColumns): Figures {
  const functions = columns.functions.map((name, f) =>
    groupFigures(name, columns, (i) => columns.f[i] === f),
  );
  const total = groupFigures('all', columns, () => true);
  const firstTime = columns.startTime[0] ?? 0;
  const lastTime = lastTimeOf(columns);
  const seconds = (lastTime - firstTime) / 1e9;
  return {
    total,
    functions,
    nodes: columns.nodeNames.map((name, node) =>
      groupFigures(name, columns, (i) => columns.node[i] === node),
    ),
    errors: errorFigures(columns),
    firstTime,
    lastTime,
    okPerSecond: seconds > 0 ? total.ok / seconds : 0,
  };
}

/** When the last thing that clients saw was seen. */
export function lastTimeOf(columns: OperationColumns): number {
  let last = 0;
  for (const time of columns.startTime) last = Math.max(last, time);
  for (const time of columns.endTime) last = Math.max(last, time ?? 0);
  return last;
}

function groupFigures(
  name: string,
  columns: OperationColumns,
  belongs: (i: number) => boolean,
): GroupFigures {
  const counts = { ok: 0, fail: 0, info: 0 };
  const latencies: number[] = [];
  for (let i = 0; i < columns.f.length; i++) {
    if (!belongs(i)) continue;
    const type = OPERATION_TYPES[columns.type[i]];
    counts[type]++;
    const end = columns.endTime[i];
    if (type === 'ok' && end !== null) latencies.push(end - columns.startTime[i]);
  }
  const count = counts.ok + counts.fail + counts.info;
  return { name, count, ...counts, latencies: percentiles(Float64Array.from(latencies).sort()) };
}

function percentiles(sorted: Float64Array): Latencies | undefined {
  if (sorted.length === 0) return undefined;
  const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1];
  return { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99), max: sorted[sorted.length - 1] };
}

function errorFigures(columns: OperationColumns): ErrorFigures[] {
  const counts = new Map<string, ErrorFigures>();
  for (let i = 0; i < columns.f.length; i++) {
    const type = OPERATION_TYPES[columns.type[i]];
    if (columns.error[i] < 0 || type === 'ok') continue;
    const id = `${String(columns.error[i])} ${String(columns.f[i])} ${type}`;
    const known = counts.get(id);
    if (known) known.count++;
    else {
      const code = columns.errorCodes[columns.error[i]];
      counts.set(id, { code, f: columns.functions[columns.f[i]], type, count: 1 });
    }
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}
