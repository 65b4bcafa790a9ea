import type { Clock } from '../environment/environment.js';
import type { Random } from '../environment/random.js';
import type { JsonObject } from '../json.js';
import type { Capability, Cluster } from './cluster.js';
import type { Target, TargetChoice } from './target.js';

/** What a nemesis may use. `leader` asks the nodes, from the side, at the moment of the fault. */
export interface NemesisContext {
  cluster: Cluster;
  target: Target;
  clock: Clock;
  leader(): Promise<string | undefined>;
  /** Aborted when the load is over: what takes many steps need not take the rest of them. */
  loadOver?: AbortSignal;
  /** What nodes run at the start, and what they may be given. */
  versions?: { from: string; to: string };
  /** No wall clock is put off by more than this; five minutes where absent. */
  clockMaxMs?: number;
  /** No clock is made to go faster or slower by a greater factor than this; two where absent. */
  clockRateMax?: number;
}

/**
 * What was measured around a fault. `tookEffect` is whether it was seen to take effect (or, on healing, to be gone);
 * `observations` are sentences with figures ("n1 to n4: no probe arrived within 300 ms").
 */
export interface Evidence {
  tookEffect: boolean;
  observations: readonly string[];
}

/** A fault as it was carried out: enough to carry it out again. Names are resolved ("leader" is now "n3"). */
export interface CarriedFault {
  fault: string;
  variant: string;
  /** The nodes that it touches, for shading and for people. */
  nodes: readonly string[];
  parameters: JsonObject;
  evidence: Evidence;
}

/**
 * One kind of fault. `plan` draws from the stream alone, so that a seed gives the same plan on any runtime,
 * and among all its variants where it is asked for none; `inject` resolves roles to names and does it;
 * `heal` undoes it and measures that it is gone. A carried fault may be injected again as if it were planned.
 */
export interface Nemesis {
  name: string;
  description: string;
  needs: readonly Capability[];
  variants: readonly string[];
  /** Variants that are planned only where they are asked for by name: harsher, or rarely of use. */
  onRequest?: readonly string[];
  /** A run has it at most once: it cannot be done again. */
  once?: true;
  /** Why it can do nothing to this target, as a sentence; undefined where it can. */
  refuses?(target: Target, choice: TargetChoice): string | undefined;
  plan(random: Random, nodes: readonly string[], variant?: string): PlannedFault;
  inject(fault: PlannedFault, context: NemesisContext): Promise<CarriedFault>;
  heal(fault: CarriedFault, context: NemesisContext): Promise<Evidence>;
  /** After all is healed: what of its faults is not as it should be, a sentence each. */
  remains?(faults: readonly CarriedFault[], context: NemesisContext): Promise<string[]>;
}

/** A fault as planned: a variant, and the random draws that it needs already made. */
export interface PlannedFault {
  fault: string;
  variant: string;
  parameters: JsonObject;
}

/** One line of `schedule.jsonl`: what was done, when (nanoseconds since the run began), and what was seen. */
export interface ScheduleEntry {
  time: number;
  /** When it was seen to be done. */
  doneTime: number;
  action: 'inject' | 'heal';
  /** Pairs an injection with its healing. */
  id: number;
  fault: CarriedFault;
  error?: string;
}
