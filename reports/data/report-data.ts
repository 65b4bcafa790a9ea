import type { Crash } from '../../harness/contracts/cluster.js';
import type { ScheduleEntry } from '../../harness/contracts/nemesis.js';
import type { Operation, OperationType } from '../../harness/history/operation.js';
import type { CheckResult, Outcome } from '../../harness/verdict.js';

/** What was run, and with what: everything that a person needs to run it again. */
export interface RunInfo {
  id: string;
  target: string;
  version: string;
  runtime: string;
  workload: string;
  /** How many nodes, and how many client threads. */
  nodes: number;
  concurrency: number;
  /** Operations per second that were asked for; null for as many as possible. */
  rate: number | null;
  /** How long the load was to last, in milliseconds. */
  timeMs: number;
  seed: number;
  durability: string;
  settings: Readonly<Record<string, string>>;
  bugs: readonly string[];
  faults: readonly string[];
  /** ISO 8601, by the controller's wall clock. */
  startedAt: string;
  schismVersion: string;
  nodeVersion: string;
  /** Operating system and architecture, such as "linux x64". */
  platform: string;
  replayCommand: string;
  /** The run folder, as a path that the reader of the console can open. */
  directory: string;
}

/** A stretch of the run, in nanoseconds since the run began. */
interface Phase {
  name: string;
  start: number;
  end: number;
}

/** The types of an operation by the numbers that stand for them in `OperationColumns.type`. */
export const OPERATION_TYPES = ['ok', 'fail', 'info'] as const satisfies readonly OperationType[];

/**
 * All operations of clients, by invocation, one array per field. `functions`, `keyNames`, `nodeNames`
 * and `errorCodes` are dictionaries; the arrays hold positions in them, −1 where there is nothing.
 */
export interface OperationColumns {
  functions: readonly string[];
  keyNames: readonly string[];
  nodeNames: readonly string[];
  errorCodes: readonly string[];
  f: readonly number[];
  /** Positions in `OPERATION_TYPES`. */
  type: readonly number[];
  /** Nanoseconds since the run began; the end is null where no completion was recorded. */
  startTime: readonly number[];
  endTime: readonly (number | null)[];
  process: readonly number[];
  key: readonly number[];
  node: readonly number[];
  error: readonly number[];
}

/** Everything that a report says. Plain JSON: what a run folder holds is enough to make it again. */
export interface ReportData {
  run: RunInfo;
  /** `sentence` says why, to a person who knows nothing of the run. */
  outcome: { outcome: Outcome; sentence: string };
  checks: readonly CheckResult[];
  schedule: readonly ScheduleEntry[];
  operations: OperationColumns;
  phases: readonly Phase[];
  crashes: readonly Crash[];
  warnings: readonly string[];
  /** There is no file of this report: it found no room. */
  unwritten?: true;
}

/** Gives each distinct name the next number. */
class Dictionary {
  readonly names: string[] = [];
  private readonly positions = new Map<string, number>();

  position(name: string | undefined): number {
    if (name === undefined) return -1;
    const known = this.positions.get(name);
    if (known !== undefined) return known;
    this.positions.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}

/** The columns of these operations; the nemesis's own, if there are any, are left out. */
export function operationColumns(operations: readonly Operation[]): OperationColumns {
  const clients = operations.filter(({ process }) => process !== 'nemesis');
  const [f, key, node, error] = [0, 1, 2, 3].map(() => new Dictionary());
  return {
    f: clients.map((operation) => f.position(operation.f)),
    key: clients.map((operation) => key.position(operation.key)),
    node: clients.map((operation) => node.position(operation.node)),
    error: clients.map((operation) => error.position(operation.error?.code)),
    type: clients.map(({ type }) => OPERATION_TYPES.indexOf(type)),
    startTime: clients.map(({ startTime }) => startTime),
    endTime: clients.map(({ endTime }) => (Number.isFinite(endTime) ? endTime : null)),
    process: clients.map(({ process }) => Number(process)),
    functions: f.names,
    keyNames: key.names,
    nodeNames: node.names,
    errorCodes: error.names,
  };
}
