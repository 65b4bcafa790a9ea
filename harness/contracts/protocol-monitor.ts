import type { Effect, Input, Program } from './program.js';

/** One step of one node, as the simulation saw it. */
export interface ObservedStep {
  node: string;
  /** Nanoseconds since the run began. */
  time: number;
  program: Program;
  input: Input;
  effects: readonly Effect[];
}

/**
 * Watches the protocol from inside, beside the verdict from outside: the invariants that its proof rests
 * on, over all nodes. Simulation only: nobody sees every step of real nodes in one order.
 */
export interface ProtocolMonitor {
  /** Called after every step, before its effects are carried out. Throws a `BrokenInvariant`. */
  observe(step: ObservedStep): void;
}

/** The first step after which an invariant did not hold. */
export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant';
  /** As the literature calls it: `election safety`, `log matching`, … */
  readonly invariant: string;

  constructor(invariant: string, detail: string) {
    super(`${invariant}: ${detail}`);
    this.invariant = invariant;
  }
}
