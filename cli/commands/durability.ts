import { join } from 'node:path';
import type { Command } from '@commander-js/extra-typings';

import { EXIT_CODES } from '../../harness/verdict.js';
import type { ComparedRun } from '../../reports/comparison/compared-run.js';
import type { Output } from '../terminal/output.js';
import { duration, listed } from '../options/option-kinds.js';
import { parseCount } from '../options/parse.js';
import type { Registries } from '../../campaigns/definitions/registries.js';
import { type ResolvedSpec, resolveSpec } from '../../campaigns/run/resolve-spec.js';
import { ExitCode } from '../terminal/exit-code.js';
import { freshSeed, runOnce } from '../../campaigns/run/run-once.js';
import { figuresOfRun, presentComparison } from '../terminal/present-comparison.js';
import { lookUp, unknownName, UsageError } from '../../campaigns/definitions/usage-error.js';
import { testCommandOptions } from '../options/test-options.js';

const FAULTS = ['power:all', 'power:leader'];
/** What a run takes besides its load: to come up, to heal, to read everything back. */
const BESIDES_MS = 15_000;

/** The options of `schism durability`, with their defaults. */
function durabilityCommand(program: Command) {
  return program
    .command('durability')
    .description('what each durability mode loses, and what it costs: all modes side by side')
    .argument('<targets...>', 'targets, or target@version (schism list targets)')
    .addOption(listed('--mode <names>', 'only these durability modes', 'all'))
    .option('--runs <n>', 'runs of each mode', parseCount(1, 'a number of runs'), 3)
    .addOption(duration('--time <duration>', 'how long the load of a run lasts', '30s'))
    .addOption(listed('--faults <names>', 'faults of each run', FAULTS.join(',')))
    .addOption(duration('--fault-interval <duration>', 'mean time between faults', '5s'))
    .option('--nodes <n>', 'how many nodes', parseCount(1, 'a number of nodes'), 3)
    .option('--concurrency <n>', 'how many clients', parseCount(1, 'a number of clients'), 20)
    .option('--rate <n>', 'operations per second', parseCount(1, 'a rate'), 1_000)
    .option('--runtime <name>', "where the nodes run; each target's own way if left out")
    .option('--seed <n>', 'of the first run; the next has the next', parseCount(0, 'a seed'))
    .option('--runs-dir <path>', 'where run folders and the page go', 'runs');
}

type DurabilityOptions = ReturnType<ReturnType<typeof durabilityCommand>['opts']>;

/** `schism durability TARGET …`. */
export function addDurabilityCommand(
  program: Command,
  registries: () => Promise<Registries>,
  output: Output,
): void {
  durabilityCommand(program).action(async (targets, given) => {
    const names = await registries();
    const options = { ...given, faults: given.faults.length > 0 ? given.faults : FAULTS };
    const seed = options.seed ?? freshSeed();
    const specs = allSpecs(targets, options, seed, names, (line) => output.error(line));
    const minutes = Math.ceil((specs.length * (options.time + BESIDES_MS)) / 60_000);
    output.error(`${specs.length} runs, about ${minutes} min`);
    const runs = await runAll(specs, names, options.runsDir, output);
    const { outcome } = presentComparison(runs, {
      page: join(options.runsDir, `durability-${targets.join('-')}-${seed}.html`),
      command: commandOf(targets, options, seed),
      output,
    });
    throw new ExitCode(EXIT_CODES[outcome]);
  });
}

/** Every run to be made: mode by mode within a seed, so that a machine that grows slower is no mode's fault. */
function allSpecs(
  targets: readonly string[],
  options: DurabilityOptions,
  firstSeed: number,
  names: Registries,
  say: (line: string) => void,
): ResolvedSpec[] {
  const modes = targets.flatMap((target) => modesOf(target, options, names, say));
  if (modes.length === 0) throw new UsageError('there is no mode to run');
  return Array.from({ length: options.runs }, (_, run) => firstSeed + run).flatMap((seed) =>
    modes.map(([target, mode]) => specOf(target, mode, options, seed, names)),
  );
}

/** The modes of a target that can be run in this version; what is left out is said. */
function modesOf(
  typedTarget: string,
  options: DurabilityOptions,
  names: Registries,
  say: (line: string) => void,
): [target: string, mode: string][] {
  const [name] = typedTarget.split('@', 1);
  const target = lookUp('target', name, names.targets, 'targets');
  const modes = Object.keys(target.durabilityModes);
  const asked = options.mode.length === 0 ? modes : options.mode.filter((m) => modes.includes(m));
  if (asked.length === 0) throw unknownName(`durability mode of ${name}`, options.mode[0], modes);
  return asked.flatMap((mode): [string, string][] => {
    // The first mode must go; of the others a version may lack some.
    if (mode === target.defaultDurability) return [[typedTarget, mode]];
    try {
      specOf(typedTarget, mode, options, 0, names);
      return [[typedTarget, mode]];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      say(`left out: ${typedTarget} ${mode}: ${error.message}`);
      return [];
    }
  });
}

function specOf(
  target: string,
  durability: string,
  { time, faults, faultInterval, nodes, concurrency, rate, runtime }: DurabilityOptions,
  seed: number,
  names: Registries,
): ResolvedSpec {
  const options = { ...testCommandOptions().opts(), workload: 'durability', durability, seed };
  return resolveSpec(
    target,
    { ...options, time, faults, faultInterval, nodes, concurrency, rate, runtime },
    names,
    () => seed,
  );
}

/** One run after the other, until all are made or one was interrupted. */
async function runAll(
  specs: readonly ResolvedSpec[],
  names: Registries,
  runsDir: string,
  output: Output,
): Promise<ComparedRun[]> {
  const runs: ComparedRun[] = [];
  for (const [index, resolved] of specs.entries()) {
    const { target, version, durability, seed } = resolved.spec;
    const what = `${target}@${version} ${durability}, seed ${seed}`;
    output.error(`run ${index + 1} of ${specs.length}: ${what}`);
    const run = await runOnce(resolved, names, { runsDir });
    output.error(`${run.result.outcome}: ${run.result.sentence}`);
    runs.push(figuresOfRun(run));
    if (run.result.interrupted) break;
  }
  return runs;
}

function commandOf(targets: readonly string[], options: DurabilityOptions, seed: number): string {
  const { mode, runs, time, faults, faultInterval, nodes, concurrency, rate, runtime } = options;
  return [
    `npx schism durability ${targets.join(' ')}`,
    ...(mode.length > 0 ? [`--mode ${mode.join(',')}`] : []),
    `--runs ${runs} --time ${time / 1000}s --faults ${faults.join(',')}`,
    `--fault-interval ${faultInterval / 1000}s --nodes ${nodes} --concurrency ${concurrency} --rate ${rate}`,
    ...(runtime === undefined ? [] : [`--runtime ${runtime}`]),
    `--seed ${seed}`,
  ].join(' ');
}
