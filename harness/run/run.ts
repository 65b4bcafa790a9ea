import { classifyError, type Completion } from '../contracts/client.js';
import { type Cluster, nodeNames } from '../contracts/cluster.js';
import type { Generator } from '../contracts/generator.js';
import type { CarriedFault, ScheduleEntry } from '../contracts/nemesis.js';
import { limit, stagger, timeLimit } from '../generators/combinators.js';
import { toHistory } from '../history/pair.js';
import type { History } from '../history/operation.js';
import { HistoryRecorder } from '../history/recorder.js';
import { createLoadCounters } from '../scheduler/counters.js';
import { runLoad } from '../scheduler/scheduler.js';
import type { CheckResult } from '../verdict.js';
import { checkHistory } from './check.js';
import { Crashes } from './crashes.js';
import { checkInvariants } from './invariants.js';
import { decideOutcome } from './outcome.js';
import { clusterSpec, completeSettings, type FaultDriver, type RunParts } from './parts.js';
import { promisedLosses } from './promised-losses.js';
import { findLeader, type ReadinessWait, waitUntilReady } from './readiness.js';
import type { Phase, PhaseName, RunResult } from './result.js';
import { otherVersion, versionsSaid } from '../contracts/versions.js';

/** How long nodes may take to come up, and to come back after everything was healed. */
const SET_UP_LIMIT_MS = 60_000;
const RECOVERY_LIMIT_MS = 30_000;

/** What a run leaves to be reported. */
export interface FinishedRun {
  result: RunResult;
  history: History;
}

/**
 * One run, from an empty folder to its results: set up, load under faults, heal, final operations, check,
 * tear down. Whatever happens in between, what was started is stopped and what was recorded is judged.
 */
export async function executeRun(parts: RunParts): Promise<FinishedRun> {
  const run = new Run(parts);
  try {
    await run.phase('set-up', () => run.setUp());
    await run.phase('load', () => run.load());
    await run.phase('heal', () => run.heal());
    await run.phase('final', () => run.finalOperations());
  } catch (error) {
    run.failed(error);
  }
  try {
    await run.phase('check', () => run.judge());
    // A cluster stays up for its verdict: what its nodes stored explains a violation.
    if (run.isViolation) await run.saveNodeData();
  } finally {
    await run.tearDown();
  }
  const result = run.keepResult();
  if (result.outcome !== 'violation') parts.folder.removeNodeData(nodeNames(parts.spec.nodes));
  return { result, history: run.history() };
}

/** The state of one run while it is under way. */
class Run {
  private readonly parts: RunParts;
  private readonly recorder: HistoryRecorder;
  private readonly phases: Phase[] = [];
  private readonly crashes: Crashes;
  private readonly warnings: string[] = [];
  private cluster: Cluster | undefined;
  private faults: FaultDriver | undefined;
  private failure: string | undefined;
  private recoveryMs: number | undefined;
  /** Nanoseconds since the run began: from when on a disk may have forgotten what it was given. */
  private firstLoss = Infinity;
  private firstProcess = 0;
  private checks: readonly CheckResult[] = [];
  /** Aborted by the user, by a full disk, or by a node that is gone for good. */
  private readonly stopLoad = new AbortController();

  constructor(parts: RunParts) {
    this.parts = parts;
    this.crashes = new Crashes(parts.target);
    const { folder, environment, stop, endLoad } = parts;
    this.recorder = new HistoryRecorder(folder.historyFile, environment.clock, (error) => {
      this.failed(error);
      this.stopLoad.abort();
    });
    for (const signal of [stop, endLoad]) {
      if (signal?.aborted) this.stopLoad.abort();
      signal?.addEventListener('abort', () => this.stopLoad.abort(), { once: true });
    }
  }

  async phase<T>(name: PhaseName, work: () => Promise<T>): Promise<T> {
    const { environment, pace, observer } = this.parts;
    const { clock } = environment;
    const start = clock.now();
    observer.phase(name);
    try {
      // Virtual time stands still while a check does its work in real time.
      return await (pace === undefined || name === 'check' ? work() : pace(work()));
    } finally {
      this.phases.push({ name, start, end: clock.now() });
    }
  }

  /** The first failure is the one that is told; what follows from it goes to the log. */
  failed(error: unknown): void {
    const sentence = error instanceof Error ? error.message : String(error);
    if (sentence === this.failure) return;
    this.parts.observer.log(`failed: ${sentence}`);
    this.failure ??= sentence;
  }

  async setUp(): Promise<void> {
    const { runtime, observer, environment } = this.parts;
    this.cluster = await runtime.createCluster(clusterSpec(this.parts), (line) => {
      observer.log(line);
    });
    this.parts.onFacts(this.cluster.facts ?? {});
    this.cluster.onCrash((crash) => observer.log(this.crashes.add(crash)));
    const tookMs = await this.ready(SET_UP_LIMIT_MS);
    await this.cluster.settleDisks?.();
    observer.log(`all nodes ready after ${Math.round(tookMs)} ms`);
    await this.noteVersions(this.cluster);
    this.faults = this.parts.createFaults(
      {
        cluster: this.cluster,
        target: this.parts.target,
        clock: environment.clock,
        leader: () => findLeader(this.requireCluster(), this.parts.target),
      },
      {
        onSchedule: (entry) => this.recordFault(entry),
        onCurrent: (active) => observer.faults(active),
      },
    );
  }

  /** By the nodes' own word: an image may hold another version than its name says. */
  private async noteVersions(cluster: Cluster): Promise<void> {
    const { spec, observer, onFacts } = this.parts;
    const versions = await versionsSaid(cluster.nodes);
    if (versions.length === 0) return;
    onFacts({ ...cluster.facts, versions });
    const warning = otherVersion(spec.target, spec.version, versions);
    if (warning !== undefined) this.warnings.push(warning);
    observer.log(warning ?? `the nodes say that they are ${spec.target} ${versions.join(', ')}`);
  }

  /** Clients and faults side by side, until the time is over or somebody stops it. */
  async load(): Promise<void> {
    const { spec, workload } = this.parts;
    const overFaults = new AbortController();
    const signal = AbortSignal.any([overFaults.signal, this.stopLoad.signal]);
    const faults = this.faults?.run(signal);
    try {
      const load = timeLimit(spec.timeMs, stagger(spec.rate, workload.load));
      await this.drive(limit(spec.operations ?? Infinity, load), 'load', spec.concurrency);
    } finally {
      overFaults.abort();
      await faults;
    }
  }

  /**
   * Takes everything back, and waits until the cluster serves again: liveness apart from safety. Where not all nodes
   * come back and a majority does, what it holds is read all the same.
   */
  async heal(): Promise<void> {
    try {
      await this.faults?.healAll();
      this.recoveryMs = await this.ready(RECOVERY_LIMIT_MS);
      this.parts.observer.log(`recovered after ${Math.round(this.recoveryMs)} ms`);
    } catch (error) {
      this.failed(error);
      await this.majorityServes();
    }
  }

  private majorityServes(): Promise<number> {
    const needed = Math.floor(this.parts.spec.nodes / 2) + 1;
    return waitUntilReady({ ...this.readiness(RECOVERY_LIMIT_MS), crashes: [], needed });
  }

  /** Where there are more nodes than clients, a node that nobody asks could have anything in it. */
  async finalOperations(): Promise<void> {
    const { spec, workload } = this.parts;
    const clients = Math.max(spec.concurrency, spec.nodes);
    if (!this.stopLoad.signal.aborted) await this.drive(workload.final, 'final', clients);
  }

  private async drive(generator: Generator, stream: string, concurrency: number): Promise<void> {
    const { spec, target, workload, environment, observer } = this.parts;
    const settings = completeSettings(target, spec.settings);
    const { nodes } = this.requireCluster();
    const counters = createLoadCounters();
    observer.counters(counters);
    const { nextProcess } = await runLoad({
      generator,
      concurrency,
      clients: (thread) => {
        const node = nodes[thread % nodes.length];
        return { client: target.createClient(node, settings), node: node.name };
      },
      recorder: this.recorder,
      clock: environment.clock,
      random: environment.random.fork(stream),
      operationTimeoutMs: spec.operationTimeoutMs,
      classify: (error, f): Completion =>
        classifyError(error, target.errors, workload.reads.has(f)),
      counters,
      signal: this.stopLoad.signal,
      firstProcess: this.firstProcess,
      onEvent: (event) => this.parts.onEvent?.(event),
    });
    this.firstProcess = nextProcess;
  }

  /** A fault stands in the history beside what clients saw, and on disk before anything follows from it. */
  private recordFault(entry: ScheduleEntry): void {
    const { fault, action, id } = entry;
    if (action === 'inject' && this.mayForget(fault)) {
      this.firstLoss = Math.min(this.firstLoss, entry.time);
    }
    this.parts.folder.appendSchedule(entry);
    this.recorder.record({
      process: 'nemesis',
      type: 'info',
      f: fault.fault,
      value: { action, id, variant: fault.variant, nodes: [...fault.nodes], began: entry.time },
    });
    this.recorder.flush();
    const nodes = fault.nodes.length > 0 ? ` on ${fault.nodes.join(', ')}` : '';
    const seen = entry.error ?? (fault.evidence.tookEffect ? 'seen' : 'NOT seen to take effect');
    this.parts.observer.log(`${action} ${fault.fault} ${fault.variant}${nodes}: ${seen}`);
  }

  /** Whether a fault may take what nodes need not keep; a damaged disk keeps nobody's word. */
  private mayForget({ fault }: CarriedFault): boolean {
    const { target, spec } = this.parts;
    const { survivesPowerLoss } = target.durabilityModes[spec.durability];
    return fault === 'disk-damage' || (fault === 'power' && !survivesPowerLoss);
  }

  private ready(timeoutMs: number): Promise<number> {
    return waitUntilReady(this.readiness(timeoutMs));
  }

  private readiness(timeoutMs: number): ReadinessWait {
    return {
      cluster: this.requireCluster(),
      target: this.parts.target,
      clock: this.parts.environment.clock,
      timeoutMs,
      signal: this.parts.stop,
      crashes: this.crashes.list,
    };
  }

  private requireCluster(): Cluster {
    if (this.cluster === undefined) throw new Error('there is no cluster yet');
    return this.cluster;
  }

  async saveNodeData(): Promise<void> {
    for (const node of this.cluster?.nodes ?? []) {
      try {
        await node.saveData?.();
      } catch (error) {
        this.warnings.push(`The data of ${node.name} could not be saved: ${String(error)}`);
      }
    }
  }

  /** Never throws: what goes wrong here must not hide what was found before. */
  async tearDown(): Promise<void> {
    try {
      await this.cluster?.teardown();
    } catch (error) {
      this.failed(error);
    }
    try {
      this.recorder.close();
    } catch (error) {
      this.failed(error);
    }
  }

  async judge(): Promise<void> {
    const { workload, spec, checkClock, observer, abandonCheck } = this.parts;
    const { defect, history } = this.parts.audit(this.history());
    if (defect !== undefined) this.failed(new Error(defect));
    const { watch } = this.cluster ?? {};
    const fromInside = watch ? [checkInvariants(watch)] : [];
    const fromOutside = await checkHistory(workload.checkers, history, {
      clock: checkClock,
      limits: { timeMs: spec.checkTimeMs, memoryBytes: spec.checkMemoryBytes },
      signal: abandonCheck,
      onProgress: (progress) => observer.checking(progress),
    });
    this.checks = [...fromOutside, ...fromInside];
  }

  history(): History {
    return toHistory(this.recorder.events);
  }

  get isViolation(): boolean {
    return this.checks.some(({ verdict }) => verdict === 'invalid');
  }

  /** What cannot be written is still told: a verdict is worth more than its file. */
  keepResult(): RunResult {
    try {
      this.parts.folder.writeJson('results', this.result());
    } catch (error) {
      this.failed(error);
    }
    return this.result();
  }

  private result(): RunResult {
    const { events } = this.recorder;
    const { spec, target, workload } = this.parts;
    const interrupted = this.parts.stop.aborted;
    const ineffective = interrupted ? [] : (this.faults?.ineffective ?? []);
    const okCount = events.filter(({ type }) => type === 'ok').length;
    const { list: crashes } = this.crashes;
    const { checks, failure, phases, recoveryMs, warnings } = this;
    // Nothing is promised once a disk may have forgotten: who has forgotten may stop where others remember.
    const brokenPromise = this.crashes.brokenPromise(this.firstLoss);
    const facts = {
      results: checks,
      failure,
      crashes,
      brokenPromise,
      promisedLosses: promisedLosses(events, spec.durability, target, workload),
      ineffective,
      okCount,
      interrupted,
    };
    return {
      ...decideOutcome(facts),
      checks,
      phases,
      crashes,
      brokenPromise,
      ineffective,
      recoveryMs,
      interrupted,
      failure,
      warnings,
    };
  }
}
