import { cpus, totalmem } from 'node:os';

import { formatTable } from '../reports/console/table.js';
import type { Benchmark, BenchmarkTable } from './common/benchmark.js';
import { BENCHMARKS } from './registry.js';
import { keepResults } from './results.js';

const KEEP = '--keep';

/** `npm run bench [-- NAME [ARG …] [--keep]]`: one benchmark, or all of them. */
async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name !== undefined && !Object.hasOwn(BENCHMARKS, name)) {
    console.error(`no benchmark "${name}"; there are ${Object.keys(BENCHMARKS).join(', ')}`);
    return 64;
  }
  const all: Readonly<Record<string, Benchmark>> = BENCHMARKS;
  const keeps = name !== undefined && all[name].keepsItself !== true && args.includes(KEEP);
  // The kept tables are those of the whole benchmark, measured on one machine.
  if (keeps && args.length > 1) {
    console.error(`${KEEP} keeps a whole benchmark: leave out ${otherThanKeep(args)}`);
    return 64;
  }
  console.log(machine());
  for (const chosen of name === undefined ? Object.keys(all) : [name]) {
    console.log(`\n# ${chosen}: ${all[chosen].description}`);
    const log = (line: string) => console.error(`  ${line}`);
    const tables = await all[chosen].run(keeps ? [] : args, log);
    printTables(tables);
    if (keeps) console.log(`\nkept in ${await keepResults(chosen, machine(), tables)}`);
  }
  return 0;
}

function otherThanKeep(args: readonly string[]): string {
  return args.filter((arg) => arg !== KEEP).join(' ');
}

function printTables(tables: readonly BenchmarkTable[]): void {
  for (const { title, columns, rows, notes = [] } of tables) {
    const titles = columns.map((column, index) => ({
      title: column,
      align: index === 0 ? ('left' as const) : ('right' as const),
    }));
    console.log(`\n${title}\n`);
    for (const line of formatTable(titles, rows)) console.log(line);
    for (const note of notes) console.log(note);
  }
}

function machine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${first.model}, ${memory} GiB, Node ${process.version}, ${process.platform} ${process.arch}`;
}

process.exitCode = await main(process.argv.slice(2));
