import type { z } from 'zod';

import type { Clock } from '../environment/environment.js';
import type { Random } from '../environment/random.js';
import type { JsonObject } from '../json.js';
import type { Capability, Cluster, ClusterNode } from './cluster.js';
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

/** A fault as planned: a variant, and the random draws that it needs already made. */
export interface PlannedFault<Parameters = JsonObject> {
  fault: string;
  variant: string;
  parameters: Parameters;
}

/** A fault as it was carried out: enough to carry it out again. Names are resolved ("leader" is now "n3"). */
export interface CarriedFault<Parameters = JsonObject> extends PlannedFault<Parameters> {
  /** The nodes that it touches, for shading and for people. */
  nodes: readonly string[];
  evidence: Evidence;
}

/** What a fault touches: nodes and their machines, or the links between them. With `--overlap` one of each may be in force. */
export type Lane = 'nodes' | 'network';

/** What a fault may take from a node's disk: what was not synced, or anything at all. */
export type Forgetting = 'unsynced' | 'anything';

/**
 * One kind of fault, typed by its parameters: what `plan` draws, and what `inject` adds so that the same fault can be
 * carried out again. They survive JSON, and `parameters` reads them back from a stored plan or schedule.
 *
 * `plan` draws from the stream alone, so that a seed gives the same plan on any runtime, and among all its variants
 * where it is asked for none; `inject` resolves roles to names and does it; `heal` undoes it and measures that it is
 * gone. A carried fault may be injected again as if it were planned.
 *
 * Whoever takes parameters from outside the process has the schema read them before the nemesis sees them.
 */
export interface Nemesis<Parameters = JsonObject> {
  name: string;
  description: string;
  parameters: z.ZodType<Parameters>;
  lane: Lane;
  needs: readonly Capability[];
  variants: readonly string[];
  /** Variants that are planned only where they are asked for by name: harsher, or rarely of use. */
  onRequest?: readonly string[];
  /** Variants that go by who leads: of no use to a target of which nobody knows that. */
  byLeader?: readonly string[];
  /** A run has it at most once: it cannot be done again. */
  once?: true;
  /** Present where data may be gone that a node had written. */
  forgets?: Forgetting;
  /** Why it can do nothing to this target, as a sentence; undefined where it can. */
  refuses?(target: Target, choice: TargetChoice): string | undefined;
  plan(random: Random, nodes: readonly string[], variant?: string): PlannedFault<Parameters>;
  inject(
    fault: PlannedFault<Parameters>,
    context: NemesisContext,
  ): Promise<CarriedFault<Parameters>>;
  heal(fault: CarriedFault<Parameters>, context: NemesisContext): Promise<Evidence>;
  /**
   * Takes back whatever this nemesis may have done to a node, carried out in part or in whole, or not at all: for the
   * time after a failure, and for the end. Links are healed, paused nodes wakened and stopped ones started without it;
   * it comes after the wakening and before the start.
   */
  restore?(this: void, node: ClusterNode, context: NemesisContext): Promise<void>;
  /**
   * After all is healed: what is not as it should be, a sentence each. `faults` are those that were carried out, which may
   * be none of the planned ones. Nemeses that have the same function are asked once, for the faults of them all.
   */
  remains?(
    this: void,
    faults: readonly CarriedFault<Parameters>[],
    context: NemesisContext,
  ): Promise<string[]>;
}

/** What is typed by its parameters, and those by its schema alone. */
export type BySchema<Parameters, Described> = Described & { parameters: z.ZodType<Parameters> };

/** Checks a nemesis against the schema of its parameters. */
export function defineNemesis<Parameters>(
  nemesis: BySchema<Parameters, Nemesis<NoInfer<Parameters>>>,
): Nemesis<Parameters> {
  return nemesis;
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
