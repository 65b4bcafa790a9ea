import { join } from 'node:path';

import type { ComparedRun } from '../../reports/comparison/compared-run.js';
import type { Comparison } from '../../reports/comparison/comparison.js';
import { figuresOfRun, writeComparison } from '../compare/compare.js';
import type { CampaignContext } from '../definitions/context.js';
import type { Registries } from '../definitions/registries.js';
import { lookUp, unknownName, UsageError } from '../definitions/usage-error.js';
import { printOption } from '../options/replay-command.js';
import { type GivenRunOptions, RUN_OPTIONS } from '../options/run-options.js';
import { optionsOfSpec } from '../options/spec-options.js';
import { carryOut } from '../run/carry-out.js';
import type { ResolvedSpec } from '../run/resolve-spec.js';
import { freshSeed, understand } from '../run/run.js';

/** What of the options of a run is the same for every mode, with what it is where nothing else is said. */
export const DURABILITY_DEFAULTS = {
  time: '30s',
  faults: 'power:all,power:leader',
  faultInterval: '5s',
  nodes: 3,
  concurrency: 20,
  rate: 1_000,
} as const satisfies GivenRunOptions;

/** Runs of each mode, where nothing else is said. */
export const DURABILITY_RUNS = 3;

type CommonOptions = Pick<GivenRunOptions, keyof typeof DURABILITY_DEFAULTS | 'runtime'>;

export interface DurabilityRequest extends CommonOptions {
  /** Each as `etcd` or `etcd@3.5`. */
  targets: readonly string[];
  /** Only these durability modes; all where it is empty. */
  modes?: readonly string[];
  /** Of each mode. */
  runs?: number;
  /** Of the first run; the next has the next. */
  seed?: number;
  /** Where run folders and the page go. */
  runsDirectory?: string;
}

export interface DurabilityResult {
  comparison: Comparison;
  page: string;
}

/** What a run takes besides its load: to come up, to heal, to read everything back. */
const BESIDES_MS = 15_000;

/** `schism durability`: what each durability mode loses, and what it costs, all modes side by side. */
export async function durabilityCampaign(
  request: DurabilityRequest,
  context: CampaignContext,
): Promise<DurabilityResult> {
  const { runsDirectory = RUN_OPTIONS.runsDirectory.default, targets } = request;
  const seed = request.seed ?? freshSeed();
  const specs = allSpecs(request, seed, context);
  const loadMs = specs.reduce((sum, { spec }) => sum + spec.timeMs + BESIDES_MS, 0);
  context.say?.(`${specs.length} runs, about ${Math.ceil(loadMs / 60_000)} min`);
  const runs = await runAll(specs, runsDirectory, context);
  const page = join(runsDirectory, `durability-${targets.join('-')}-${seed}.html`);
  const command = commandOf(request, specs[0], seed);
  return { comparison: writeComparison(runs, page, command), page };
}

/** Every run to be made: mode by mode within a seed, so that a machine that grows slower is no mode's fault. */
function allSpecs(
  request: DurabilityRequest,
  firstSeed: number,
  context: CampaignContext,
): ResolvedSpec[] {
  const { registries } = context;
  const modes = request.targets.flatMap((target) => modesOf(target, request, context));
  if (modes.length === 0) throw new UsageError('there is no mode to run');
  const { runs = DURABILITY_RUNS } = request;
  return Array.from({ length: runs }, (_, run) => firstSeed + run).flatMap((seed) =>
    modes.map(([target, mode]) => specOf(target, mode, request, seed, registries)),
  );
}

/** The modes of a target that can be run in this version; what is left out is said. */
function modesOf(
  typedTarget: string,
  request: DurabilityRequest,
  { registries, say }: CampaignContext,
): [target: string, mode: string][] {
  const { modes: wanted = [] } = request;
  const [name] = typedTarget.split('@', 1);
  const target = lookUp('target', name, registries.targets, 'targets');
  const modes = Object.keys(target.durabilityModes);
  const asked = wanted.length === 0 ? modes : wanted.filter((mode) => modes.includes(mode));
  if (asked.length === 0) throw unknownName(`durability mode of ${name}`, wanted[0], modes);
  return asked.flatMap((mode): [string, string][] => {
    // The first mode must go; of the others a version may lack some.
    if (mode === target.defaultDurability) return [[typedTarget, mode]];
    try {
      specOf(typedTarget, mode, request, 0, registries);
      return [[typedTarget, mode]];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      say?.(`left out: ${typedTarget} ${mode}: ${error.message}`);
      return [];
    }
  });
}

function specOf(
  target: string,
  durability: string,
  request: DurabilityRequest,
  seed: number,
  registries: Registries,
): ResolvedSpec {
  const common = commonOptions(request);
  const asked = { ...common, target, workload: 'durability', durability, seed };
  return understand(asked, 'test', registries).resolved;
}

/** With the defaults of this campaign; no faults at all would be no question. */
function commonOptions(request: DurabilityRequest): CommonOptions {
  const { faults, ...defaults } = DURABILITY_DEFAULTS;
  const given = {
    time: request.time ?? defaults.time,
    faultInterval: request.faultInterval ?? defaults.faultInterval,
    nodes: request.nodes ?? defaults.nodes,
    concurrency: request.concurrency ?? defaults.concurrency,
    rate: request.rate ?? defaults.rate,
    runtime: request.runtime,
  };
  return { ...given, faults: request.faults?.length ? request.faults : faults };
}

/** One run after the other, until all are made or one was interrupted. */
async function runAll(
  specs: readonly ResolvedSpec[],
  runsDirectory: string,
  context: CampaignContext,
): Promise<ComparedRun[]> {
  const runs: ComparedRun[] = [];
  for (const [index, resolved] of specs.entries()) {
    const { target, version, durability, seed } = resolved.spec;
    const what = `${target}@${version} ${durability}, seed ${seed}`;
    context.say?.(`run ${index + 1} of ${specs.length}: ${what}`);
    const run = await carryOut(resolved, { runsDirectory }, context);
    context.say?.(`${run.result.outcome}: ${run.result.sentence}`);
    runs.push(figuresOfRun(run));
    if (run.result.interrupted) break;
  }
  return runs;
}

/** In the order of the command. */
const PRINTED = ['time', 'faults', 'faultInterval', 'nodes', 'concurrency', 'rate'] as const;

function commandOf(
  { targets, modes = [], runs = DURABILITY_RUNS, runtime }: DurabilityRequest,
  { spec }: ResolvedSpec,
  seed: number,
): string {
  const options = optionsOfSpec(spec);
  return [
    `npx schism durability ${targets.join(' ')}`,
    ...(modes.length > 0 ? [`--mode ${modes.join(',')}`] : []),
    `--runs ${runs}`,
    ...PRINTED.flatMap((name) => printOption(RUN_OPTIONS[name], options[name])),
    ...printOption(RUN_OPTIONS.runtime, runtime),
    `--seed ${seed}`,
  ].join(' ');
}
