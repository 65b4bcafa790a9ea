import type { Clock } from '../../harness/environment/environment.js';
import type { RunObserver } from '../../harness/run/parts.js';
import type { RunSpec } from '../../harness/run/spec.js';
import type { Registries } from './registries.js';

/** Told how one run is going, as far as it wants to know. */
export interface RunWatch extends Partial<RunObserver> {
  /** The run is over, with a report or with an error. */
  end?(): void;
}

/** What every campaign is given beside its request: the definitions behind names, and who watches and stops it. */
export interface CampaignContext {
  registries: Registries;
  /** Real time. */
  clock: Clock;
  /** Where a configuration is looked for by threads, and modules are loaded from. */
  directory: string;
  /** Told in a sentence what is being done. */
  say?(line: string): void;
  /** Asked at the beginning of each run that is worth watching: one at a time, and not one of thousands. */
  watch?(spec: RunSpec): RunWatch;
  /** Aborted by who wants an end: heal, check what there is, and report. */
  stop?: AbortSignal;
  /** Aborted by who does not want to wait for the check either. */
  abandonCheck?: AbortSignal;
}
