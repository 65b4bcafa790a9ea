import { createRealClock } from '../../harness/environment/real.js';
import type { CampaignContext, RunWatch } from '../definitions/context.js';
import { loadRegistries } from '../definitions/load-registries.js';

/** What a program may say beside its request. */
export interface ProgramOptions {
  /** Where `schism.config.ts` is looked for; the working directory where it is left out. */
  directory?: string;
  /** Aborted to heal, check what there is, and report; the outcome is then `inconclusive` at best. */
  signal?: AbortSignal;
  /** Told how a run goes on. */
  watch?: RunWatch;
  /** Told in a sentence what is being done, where it takes many runs. */
  say?(line: string): void;
}

/** Names stand for what is built in and for what the configuration adds. */
export async function contextFor({
  directory = process.cwd(),
  signal,
  watch,
  say,
}: ProgramOptions): Promise<CampaignContext> {
  return {
    registries: await loadRegistries(directory),
    clock: createRealClock(),
    directory,
    say,
    watch: watch && (() => watch),
    stop: signal,
  };
}
