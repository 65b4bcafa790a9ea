import { createRealClock } from '../../harness/environment/real.js';
import type { CampaignContext } from '../definitions/context.js';
import { adoptDefinitions, type GivenDefinitions } from '../definitions/given.js';
import type { Registries } from '../definitions/registries.js';
import {
  completeOptions,
  type GivenRunOptions,
  type RunOptions,
  type RunPlace,
} from '../options/run-options.js';
import { draftSpec } from '../options/spec-options.js';
import { carryOut, type ReportedRun } from './carry-out.js';
import { type ResolvedSpec, resolveSpec } from './resolve-spec.js';

/** What a program, or a command line, says of a run. What it leaves out has its default. */
export type RunRequest = GivenDefinitions & Omit<GivenRunOptions, keyof GivenDefinitions>;

/** A request that was understood, with the definitions that it brought along. */
export interface UnderstoodRequest {
  resolved: ResolvedSpec;
  options: RunOptions;
  registries: Registries;
}

/** A seed for a user who gave none: short enough to be typed again. */
export function freshSeed(): number {
  return createRealClock().wallMs() % 1_000_000;
}

/** `schism test`: one run, from what was asked for to its report. Throws a `UsageError` before anything starts. */
export function runCampaign(request: RunRequest, context: CampaignContext): Promise<ReportedRun> {
  const { resolved, options, registries } = understand(request, 'test', context.registries);
  const { keep } = options;
  const withManner = { ...resolved, containers: { ...resolved.containers, keep } };
  return carryOut(withManner, options, { ...context, registries });
}

/** Reads a request and looks up every name in it. Throws a `UsageError`. */
export function understand(
  request: RunRequest,
  place: RunPlace,
  known: Registries,
): UnderstoodRequest {
  const { names, registries } = adoptDefinitions(request, known);
  const { target, checkers, ...named } = names;
  // These are no options of a run, and undefined is not said.
  const others = { target: undefined, checkers: undefined, module: undefined };
  const options = completeOptions({ ...request, ...named, ...others }, place);
  const [name, version] = target.split('@', 2);
  const draft = {
    ...draftSpec(name, version, options, freshSeed),
    ...(place === 'simulate' && { runtime: 'simulation' }),
    ...(checkers !== undefined && checkers.length > 0 && { checkers }),
  };
  return { resolved: resolveSpec(draft, registries), options, registries };
}
