import { fakeTarget } from '../../testing/fake-target.js';
import type { Checker } from '../../contracts/checker.js';
import type { Completion } from '../../contracts/client.js';
import { register } from '../../contracts/operations/families/register.js';
import { vocabularyOf } from '../../contracts/operations/vocabulary.js';
import type { Forgetting, ScheduleEntry } from '../../contracts/nemesis.js';
import type { Runtime } from '../../contracts/runtime.js';
import type { Target } from '../../contracts/target.js';
import type { WorkloadPlan } from '../../contracts/workload.js';
import { createRandom } from '../../environment/random.js';
import { createVirtualClock } from '../../environment/virtual.js';
import { eachThread, generate, limit } from '../../generators/combinators.js';
import type { RunStore } from '../../store/run-folder.js';
import type { FaultDriver, FaultListener, RunObserver, RunParts } from '../parts.js';
import { executeRun, type FinishedRun } from '../run.js';
import type { RunSpec } from '../spec.js';
import { FakeCluster } from './fake-cluster.js';

const NODES = 3;
export const LOAD_MS = 10_000;
const ANSWER_MS = 5;

const reads = generate(() => ({ f: 'read', key: 'k' }));

/** What faults take from disks, by their names. */
const FORGETS: Readonly<Record<string, Forgetting | undefined>> = {
  power: 'unsynced',
  'disk-damage': 'anything',
};

const SPEC: RunSpec = {
  target: 'fake',
  version: '1',
  runtime: 'fake',
  workload: 'reads',
  workloadOptions: {},
  nodes: NODES,
  concurrency: 2,
  rate: 10,
  timeMs: LOAD_MS,
  operationTimeoutMs: 1_000,
  durability: 'always',
  settings: {},
  bugs: [],
  faults: [],
  faultIntervalMs: 1_000,
  seed: 1,
  checkTimeMs: 1_000,
  checkMemoryBytes: 1 << 20,
};

/** A driver whose every step can be replaced. */
class FakeFaults implements FaultDriver {
  ineffective: readonly string[] = [];
  /** Set as the run asks for its faults. */
  listener: FaultListener | undefined;
  onRun: (signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  onHealAll: () => Promise<void> = () => Promise.resolve();

  constructor(private readonly trace: string[]) {}

  async run(signal: AbortSignal): Promise<void> {
    this.trace.push('faults begin');
    await this.onRun(signal);
    this.trace.push('faults end');
  }

  async healAll(): Promise<void> {
    this.trace.push('heal all');
    await this.onHealAll();
  }

  /** A fault as its driver would report it. */
  report(fault: string, time: number, more: Partial<ScheduleEntry> = {}): void {
    const evidence = { tookEffect: true, observations: [] };
    const carried = { fault, variant: 'one', nodes: ['n1'], parameters: {}, evidence };
    const entry = { time, doneTime: time, action: 'inject', id: 1, fault: carried } as const;
    this.listener?.onSchedule({ ...entry, ...more });
  }
}

/** A run folder that is none; `trace` is told what is put there. */
class FakeStore implements RunStore {
  readonly path = '';
  historyFile: string | null = null;
  readonly schedule: ScheduleEntry[] = [];
  onWriteJson: () => void = () => undefined;
  onAppendSchedule: () => void = () => undefined;

  constructor(private readonly trace: string[]) {}

  writeJson(name: string): void {
    this.trace.push(`write ${name}`);
    this.onWriteJson();
  }

  appendSchedule(entry: ScheduleEntry): void {
    this.onAppendSchedule();
    this.schedule.push(entry);
  }

  removeNodeData(names: readonly string[]): void {
    this.trace.push(`remove the data of ${names.join(', ')}`);
  }
}

/**
 * A run of three nodes that serve reads, in virtual time. All goes well until a test replaces one of its parts;
 * `trace` has what was done, in its order, and `log` the lines that a person would see.
 */
export class FakeRun {
  readonly trace: string[] = [];
  readonly log: string[] = [];
  readonly facts: unknown[] = [];
  readonly clock = createVirtualClock();
  readonly cluster = new FakeCluster(NODES, this.trace);
  readonly faults = new FakeFaults(this.trace);
  readonly folder = new FakeStore(this.trace);
  /** What Ctrl-C does. */
  readonly interrupt = new AbortController();
  clientsMade = 0;
  /** Asked for the answer to every operation. */
  answer: () => Completion = () => ({ type: 'ok', value: 0 });
  checker: Checker['check'] = () =>
    Promise.resolve({ checker: 'all', verdict: 'valid', summary: 'All is well.' });
  readonly runtime: Runtime = {
    name: 'fake',
    description: '',
    capabilities: new Set(),
    refuses: () => undefined,
    createCluster: () => {
      this.trace.push('create the cluster');
      return Promise.resolve(this.cluster);
    },
  };
  readonly target: Target = {
    ...fakeTarget,
    isReady: ({ ready }) => ready === true,
    createClient: () => {
      this.clientsMade += 1;
      return {
        invoke: async () => {
          await this.clock.sleep(ANSWER_MS);
          return this.answer();
        },
        close: () => Promise.resolve(),
      };
    },
  };
  readonly workload: WorkloadPlan = {
    load: reads,
    final: eachThread(limit(1, reads)),
    checkers: [
      {
        name: 'all',
        description: '',
        check: (history, context) => {
          this.trace.push('check');
          return this.checker(history, context);
        },
      },
    ],
  };

  /** Carries it out to its end. Throws where it waits for what never comes. */
  execute(more: Partial<RunParts> = {}): Promise<FinishedRun> {
    return this.clock.runUntilSettled(executeRun({ ...this.parts(), ...more }));
  }

  /** Does it so long after the run's beginning. */
  at(timeMs: number, action: () => void): void {
    this.clock.setTimer(action, timeMs);
  }

  private parts(): RunParts {
    const { clock, folder, interrupt, runtime, target, workload } = this;
    return {
      runId: 'fake-run',
      spec: SPEC,
      target,
      needs: new Set(),
      runtime,
      workload,
      operations: vocabularyOf([register]),
      forgets: (fault) => FORGETS[fault],
      createFaults: (_, listener) => {
        this.faults.listener = listener;
        return this.faults;
      },
      folder,
      environment: { clock, random: createRandom(SPEC.seed) },
      checkClock: clock,
      observer: this.observer(),
      onFacts: (facts) => this.facts.push(facts),
      audit: (history) => ({ defect: undefined, history }),
      stop: interrupt.signal,
      abandonCheck: new AbortController().signal,
    };
  }

  private observer(): RunObserver {
    return {
      phase: (name) => this.trace.push(`phase ${name}`),
      log: (line) => this.log.push(line),
      faults: () => undefined,
      counters: () => undefined,
      checking: () => undefined,
    };
  }
}
