import type {
  CarriedFault,
  Evidence,
  Nemesis,
  NemesisContext,
  ScheduleEntry,
} from '../../harness/contracts/nemesis.js';
import type { FaultDriver, FaultListener } from '../../harness/run/parts.js';
import { elapsedMs } from '../../harness/environment/elapsed.js';
import { describeError, findRemains, restoreCluster } from './aftermath.js';
import type { PlannedEvent } from './planner.js';

/** What a driver needs to carry a plan out. */
export interface FaultDriverOptions extends FaultListener {
  plan: readonly PlannedEvent[];
  context: NemesisContext;
}

/** A fault that came late still lasts at least this share of its time. */
const LEAST_SHARE = 0.5;

/** Something that stays broken after everything was healed; `problems` are sentences. */
export class HealingError extends Error {
  override readonly name = 'HealingError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The faults did not heal: ${problems.join('; ')}.`);
    this.problems = problems;
  }
}

/** Carries the plan out beside the clients. */
export function createFaultDriver(options: FaultDriverOptions): FaultDriver {
  return new Driver(options);
}

interface ActiveFault {
  event: PlannedEvent;
  carried: CarriedFault;
}

class Driver implements FaultDriver {
  private readonly options: FaultDriverOptions;
  private readonly active = new Map<number, ActiveFault>();
  private readonly effective = new Set<string>();
  /** All that was carried out, by the nemesis that did it. */
  private readonly done = new Map<Nemesis, CarriedFault[]>();
  /** Injections that have begun and not ended. */
  private underway = 0;

  constructor(options: FaultDriverOptions) {
    this.options = options;
  }

  get ineffective(): readonly string[] {
    const planned = new Set(this.options.plan.map(({ planned: { fault } }) => fault));
    return [...planned].filter((fault) => !this.effective.has(fault));
  }

  async run(signal: AbortSignal): Promise<void> {
    const { plan, context } = this.options;
    const start = context.clock.now();
    const lanes = new Set(plan.map(({ lane }) => lane));
    await Promise.all(
      [...lanes].map(async (lane) => {
        for (const event of plan.filter((each) => each.lane === lane)) {
          await this.carryOut(event, start, signal);
        }
      }),
    );
  }

  async healAll(): Promise<void> {
    for (const { event } of [...this.active.values()].reverse()) await this.heal(event.id);
    const { context } = this.options;
    const problems = [
      ...(await restoreCluster(this.nemeses, context)),
      ...(await findRemains(this.nemeses, this.done, context)),
    ];
    if (problems.length > 0) throw new HealingError(problems);
  }

  /** One fault from its beginning to its end; returns at once when aborted, with the fault in force. */
  private async carryOut(event: PlannedEvent, start: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.options.context;
    await clock.sleep(Math.max(0, event.startMs - elapsedMs(clock, start)), signal);
    if (signal.aborted) return;
    await this.inject(event, signal);
    if (!this.active.has(event.id)) return;
    const leastMs = LEAST_SHARE * (event.endMs - event.startMs);
    await clock.sleep(Math.max(leastMs, event.endMs - elapsedMs(clock, start)), signal);
    if (!signal.aborted) await this.heal(event.id);
  }

  /** A fault that throws may have done half of its work: that half is taken back as soon as it can be. */
  private async inject(event: PlannedEvent, loadOver: AbortSignal): Promise<void> {
    const context = { ...this.options.context, loadOver };
    const time = context.clock.now();
    this.underway += 1;
    try {
      const carried = await event.nemesis.inject(event.planned, context);
      if (carried.evidence.tookEffect) this.effective.add(carried.fault);
      this.active.set(event.id, { event, carried });
      const { nemesis } = event;
      this.done.set(nemesis, [...(this.done.get(nemesis) ?? []), carried]);
      this.tell('inject', event.id, time, carried);
    } catch (error) {
      const nothing: Evidence = { tookEffect: false, observations: [] };
      const attempted = { ...event.planned, nodes: [], evidence: nothing };
      this.tell('inject', event.id, time, attempted, describeError(error));
      // What another fault has done must stay: then it waits for the end of the run.
      if (this.active.size === 0 && this.underway === 1) {
        await restoreCluster(this.nemeses, context);
      }
    } finally {
      this.underway -= 1;
    }
  }

  private async heal(id: number): Promise<void> {
    const fault = this.active.get(id);
    if (fault === undefined) return;
    const { context } = this.options;
    const { event, carried } = fault;
    const time = context.clock.now();
    this.active.delete(id);
    try {
      const evidence = await event.nemesis.heal(carried, context);
      this.tell('heal', id, time, { ...carried, evidence });
    } catch (error) {
      const nothing: Evidence = { tookEffect: false, observations: [] };
      this.tell('heal', id, time, { ...carried, evidence: nothing }, describeError(error));
    }
  }

  /** Those of the plan. */
  private get nemeses(): ReadonlySet<Nemesis> {
    return new Set(this.options.plan.map(({ nemesis }) => nemesis));
  }

  private tell(
    action: ScheduleEntry['action'],
    id: number,
    time: number,
    fault: CarriedFault,
    error?: string,
  ): void {
    const { context, onSchedule, onCurrent } = this.options;
    onSchedule({ time, doneTime: context.clock.now(), action, id, fault, error });
    onCurrent([...this.active.values()].map(({ carried }) => labelOf(carried)));
  }
}

/** `partition isolate-leader (n3)`. */
function labelOf({ fault, variant, nodes }: CarriedFault): string {
  return nodes.length > 0 ? `${fault} ${variant} (${nodes.join(', ')})` : `${fault} ${variant}`;
}
