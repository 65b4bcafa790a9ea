import { Command, CommanderError, Option } from '@commander-js/extra-typings';

import { parseCount, parseDuration } from '../../cli/options/parse.js';
import { freshSeed } from '../../campaigns/run/run-once.js';
import { lookUp, UsageError } from '../../campaigns/definitions/usage-error.js';
import { createRealClock } from '../../harness/environment/real.js';
import { EXIT_CODES, EXIT_USAGE } from '../../harness/verdict.js';
import { SOAKS } from './registry.js';
import { soak } from './soak.js';
import type { Soak } from './trial.js';

const names = Object.keys(SOAKS);

const command = new Command('npm run soak --')
  .description('Tries what must always hold, with fresh seeds, until time is over or it does not.')
  .argument('[what]', names.join(', '), 'simulation')
  .addOption(
    new Option('--time <duration>', 'for how long').argParser(parseDuration).default(60_000, '60s'),
  )
  .option(
    '--seed <n>',
    'of the first round; a fresh one where it is left out',
    parseCount(0, 'a seed'),
  )
  .option('--rounds <n>', 'end after so many rounds', parseCount(1, 'a count'), Infinity)
  .option('--trial <name>', 'try this one only')
  .exitOverride();

/** `npm run soak -- simulation --time 60s`: exit code 0 where everything held, 1 at the first surprise. */
async function main(args: readonly string[]): Promise<number> {
  command.parse(args, { from: 'user' });
  const [what] = command.processedArgs;
  const { time, rounds, trial, seed = freshSeed() } = command.opts();
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

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) console.error(`soak: ${error.message}`);
  else if (!(error instanceof CommanderError)) throw error;
  else if (error.exitCode === 0) process.exitCode = 0;
  process.exitCode ??= EXIT_USAGE;
}
