import { parseArgs } from 'node:util';

import { lookUp, UsageError } from '../../campaigns/definitions/usage-error.js';
import { count, duration } from '../../campaigns/options/kinds.js';
import { freshSeed } from '../../campaigns/run/run.js';
import { createRealClock } from '../../harness/environment/real.js';
import { EXIT_CODES, EXIT_USAGE } from '../../harness/verdict.js';
import { SOAKS } from './registry.js';
import { soak } from './soak.js';
import type { Soak } from './trial.js';

const HELP = `Usage: npm run soak -- [options] [what]

Tries what must always hold, with fresh seeds, until time is over or it does not.

Arguments:
  what               ${Object.keys(SOAKS).join(', ')} (default: simulation)

Options:
  --time <duration>  for how long (default: 60s)
  --seed <n>         of the first round; a fresh one where it is left out
  --rounds <n>       end after so many rounds
  --trial <name>     try this one only
  --help             display this`;

/** `npm run soak -- simulation --time 60s`: exit code 0 where everything held, 1 at the first surprise. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    console.log(HELP);
    return EXIT_CODES.pass;
  }
  const { trial } = values;
  const [what = 'simulation'] = positionals;
  const time = duration.parse(values.time ?? '60s');
  const seed = values.seed === undefined ? freshSeed() : count(0, 'a seed').parse(values.seed);
  const rounds = values.rounds === undefined ? Infinity : count(1, 'a count').parse(values.rounds);
  const all: Readonly<Record<string, Soak>> = SOAKS;
  const chosen = lookUp('soak', what, all);
  const known = await chosen.trials();
  const byName = Object.fromEntries(known.map((each) => [each.name, each]));
  const trials = trial === undefined ? known : [lookUp('trial', trial, byName)];
  console.log(`${what}: ${trials.length} trials a round, seed ${seed}`);
  const options = { timeMs: time, seed, rounds, log: (line: string) => console.log(`  ${line}`) };
  const { tried, surprise } = await soak(trials, options, createRealClock()).finally(() =>
    chosen.close?.(),
  );
  if (!surprise) {
    console.log(`${tried} trials, and all of them held`);
    return EXIT_CODES.pass;
  }
  console.log(`surprise after ${tried} trials, in ${surprise.trial}:\n${surprise.error.message}`);
  console.log(
    `Replay: npm run soak -- ${what} --trial '${surprise.trial}' --seed ${surprise.seed} --rounds 1`,
  );
  return EXIT_CODES.violation;
}

/** Throws a `UsageError` on an option that there is not. */
function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { time: text, seed: text, rounds: text, trial: text, help: { type: 'boolean' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`soak: ${error.message}`);
  process.exitCode = EXIT_USAGE;
}
