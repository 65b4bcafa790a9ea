import { cpus, totalmem } from 'node:os';

import { formatTable } from '../reports/console/table.js';
import type { Benchmark } from './benchmark.js';
import { BENCHMARKS } from './registry.js';

/** `npm run bench [-- NAME [ARG …]]`: one benchmark, or all of them. */
async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name !== undefined && !Object.hasOwn(BENCHMARKS, name)) {
    console.error(`no benchmark "${name}"; there are ${Object.keys(BENCHMARKS).join(', ')}`);
    return 64;
  }
  const all: Readonly<Record<string, Benchmark>> = BENCHMARKS;
  console.log(machine());
  for (const chosen of name === undefined ? Object.keys(all) : [name]) {
    console.log(`\n# ${chosen}: ${all[chosen].description}`);
    await printTables(all[chosen], args);
  }
  return 0;
}

async function printTables(benchmark: Benchmark, args: readonly string[]): Promise<void> {
  const log = (line: string) => console.error(`  ${line}`);
  for (const { title, columns, rows, notes = [] } of await benchmark.run(args, log)) {
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
