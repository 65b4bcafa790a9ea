import type { ClusterNode } from '../../harness/contracts/cluster.js';
import type {
  CarriedFault,
  Evidence,
  Nemesis,
  NemesisContext,
  ScheduleEntry,
} from '../../harness/contracts/nemesis.js';
import type { FaultDriver, FaultListener } from '../../harness/run/parts.js';
import { failureLine } from '../../harness/text/failure-line.js';
import { nameLinks, observeReturn, OPEN_PROBE_MS, probeAll } from '../evidence/probes.js';
import { allLinks } from '../victims/links.js';
import type { PlannedEvent } from './planner.js';

/** What a driver needs to carry a plan out. */
export interface FaultDriverOptions extends FaultListener {
  plan: readonly PlannedEvent[];
  context: NemesisContext;
}

const LOG_LINES = 15;

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
    const problems = [...(await this.restore()), ...(await this.verify())];
    if (problems.length > 0) throw new HealingError(problems);
  }

  /** One fault from its beginning to its end; returns at once when aborted, with the fault in force. */
  private async carryOut(event: PlannedEvent, start: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.options.context;
    const elapsedMs = (): number => (clock.now() - start) / 1e6;
    await clock.sleep(Math.max(0, event.startMs - elapsedMs()), signal);
    if (signal.aborted) return;
    await this.inject(event, signal);
    if (!this.active.has(event.id)) return;
    const leastMs = LEAST_SHARE * (event.endMs - event.startMs);
    await clock.sleep(Math.max(leastMs, event.endMs - elapsedMs()), signal);
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
      this.tell('inject', event.id, time, attempted, messageOf(error));
      // What another fault has done must stay: then it waits for the end of the run.
      if (this.active.size === 0 && this.underway === 1) await this.restore();
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
      this.tell('heal', id, time, { ...carried, evidence: nothing }, messageOf(error));
    }
  }

  /** Everything open, running and awake, whatever brought it into its state; the sentences are problems. */
  private async restore(): Promise<string[]> {
    const { network, nodes } = this.options.context.cluster;
    const actions = [network.heal(), ...nodes.map((node) => this.revive(node))];
    const results = await Promise.allSettled(actions);
    return results.flatMap((result) => {
      return result.status === 'rejected' ? [messageOf(result.reason)] : [];
    });
  }

  private async revive(node: ClusterNode): Promise<void> {
    if (node.state === 'paused') await node.suspension?.resume();
    for (const nemesis of this.nemeses) await nemesis.restore?.(node, this.options.context);
    if (node.state === 'stopped' || node.state === 'crashed') await node.process.start();
  }

  /** What is still not as it should be. */
  private async verify(): Promise<string[]> {
    const { context } = this.options;
    const returns = await Promise.all(
      context.cluster.nodes.map((node) => observeReturn(node, node.state, context)),
    );
    const silent = context.cluster.nodes.flatMap((node, index) =>
      returns[index].back ? [] : [silence(node, returns[index].observation)],
    );
    if (silent.length > 0) return Promise.all(silent);
    const left = await this.remains();
    if (left.length > 0) return left;
    const { blocked } = await probeAll(allLinks(context), OPEN_PROBE_MS, context);
    return blocked.length > 0 ? [`nothing passes from ${nameLinks(blocked)}`] : [];
  }

  /** What the nemeses of the plan see of it, each way of looking once. */
  private async remains(): Promise<string[]> {
    const faultsBy = new Map<NonNullable<Nemesis['remains']>, CarriedFault[]>();
    for (const nemesis of this.nemeses) {
      const { remains } = nemesis;
      if (remains === undefined) continue;
      const faults = [...(faultsBy.get(remains) ?? []), ...(this.done.get(nemesis) ?? [])];
      faultsBy.set(remains, faults);
    }
    const left = await Promise.all(
      [...faultsBy].map(([remains, faults]) => remains(faults, this.options.context)),
    );
    return left.flat();
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

/** What is said of a node that gives no answer: one that ended again has its own words for it. */
async function silence(node: ClusterNode, observation: string): Promise<string> {
  if (node.state !== 'crashed') return observation;
  const cause = failureLine(await node.logTail(LOG_LINES)) ?? 'its log is empty';
  return `${node.name} ended by itself: ${cause}`;
}

/** `partition isolate-leader (n3)`. */
function labelOf({ fault, variant, nodes }: CarriedFault): string {
  return nodes.length > 0 ? `${fault} ${variant} (${nodes.join(', ')})` : `${fault} ${variant}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
