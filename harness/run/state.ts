import type { Cluster } from '../contracts/cluster.js';
import type { History } from '../history/operation.js';
import { toHistory } from '../history/pair.js';
import { HistoryRecorder } from '../history/recorder.js';
import type { CheckResult } from '../verdict.js';
import { Crashes } from './crashes.js';
import type { FaultDriver, RunParts } from './parts.js';
import type { ReadinessWait } from './readiness.js';
import type { Phase, PhaseName } from './result.js';

/** What one run has and knows while it is under way; each of its phases adds to it. */
export class RunState {
  readonly parts: RunParts;
  readonly recorder: HistoryRecorder;
  readonly crashes: Crashes;
  readonly phases: Phase[] = [];
  readonly warnings: string[] = [];
  /** Aborted by the user, by a violation, by a full disk, or by a driver of faults that cannot go on. */
  readonly loadStopped: AbortSignal;
  private readonly stopLoad = new AbortController();
  /** From the moment on that there is one: it is torn down even where its nodes never became ready. */
  cluster: Cluster | undefined;
  faults: FaultDriver | undefined;
  recoveryMs: number | undefined;
  /** Nanoseconds since the run began: from when on a disk may have forgotten what it was given. */
  firstLoss = Infinity;
  /** Of the next load: no process of the history is used twice. */
  firstProcess = 0;
  checks: readonly CheckResult[] = [];
  private firstFailure: string | undefined;

  /** Throws a `HistoryWriteError` where the history has no place to go. */
  constructor(parts: RunParts) {
    this.parts = parts;
    this.crashes = new Crashes(parts.target);
    const { folder, environment, stop, endLoad } = parts;
    this.recorder = new HistoryRecorder(folder.historyFile, environment.clock, (error) => {
      this.failLoad(error);
    });
    const signals = [this.stopLoad.signal, stop, endLoad].filter((each) => each !== undefined);
    // No listeners of ours: one signal may be that of many runs.
    this.loadStopped = AbortSignal.any(signals);
  }

  /** Why the harness, the runtime or the target could not do its part; undefined where all went well. */
  get failure(): string | undefined {
    return this.firstFailure;
  }

  get isViolation(): boolean {
    return this.checks.some(({ verdict }) => verdict === 'invalid');
  }

  async phase(name: PhaseName, work: (run: RunState) => Promise<void>): Promise<void> {
    const { environment, pace, observer } = this.parts;
    const { clock } = environment;
    const start = clock.now();
    observer.phase(name);
    try {
      // Virtual time stands still while a check does its work in real time.
      await (pace === undefined || name === 'check' ? work(this) : pace(work(this)));
    } finally {
      this.phases.push({ name, start, end: clock.now() });
    }
  }

  /** The first failure is the one that is reported; what follows from it goes to the log. */
  failed(error: unknown): void {
    const sentence = error instanceof Error ? error.message : String(error);
    if (sentence === this.firstFailure) return;
    this.parts.observer.log(`failed: ${sentence}`);
    this.firstFailure ??= sentence;
  }

  /** A failure after which more load would teach nothing, and the phases after the load go on. */
  failLoad(error: unknown): void {
    this.failed(error);
    this.stopLoad.abort();
  }

  history(): History {
    return toHistory(this.recorder.events);
  }

  requireCluster(): Cluster {
    if (this.cluster === undefined) throw new Error('there is no cluster yet');
    return this.cluster;
  }

  /** A wait for every node, which ends early where the user stops the run or a node has crashed. */
  readiness(timeoutMs: number): ReadinessWait {
    return {
      cluster: this.requireCluster(),
      target: this.parts.target,
      clock: this.parts.environment.clock,
      timeoutMs,
      signal: this.parts.stop,
      crashes: this.crashes.list,
    };
  }
}
