import type { Crash } from '../contracts/cluster.js';
import type { CheckResult } from '../verdict.js';
import type { Decision } from './outcome.js';

/** The parts of a run, in their order. */
export type PhaseName = 'set-up' | 'load' | 'heal' | 'final' | 'check';

/** A stretch of the run, in nanoseconds since the run began. */
export interface Phase {
  name: PhaseName;
  start: number;
  end: number;
}

/** What came out of a run: `results.json`. */
export interface RunResult extends Decision {
  checks: readonly CheckResult[];
  phases: readonly Phase[];
  crashes: readonly Crash[];
  /** What a crash has broken beyond the node itself, as a sentence. */
  brokenPromise?: string;
  /** Planned faults that were never seen to take effect. */
  ineffective: readonly string[];
  /** Milliseconds from the end of healing until every node could serve again; undefined if never. */
  recoveryMs?: number;
  interrupted: boolean;
  /** Why the harness, the runtime or the target could not do its part; undefined where all went well. */
  failure?: string;
  warnings: readonly string[];
}
