import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';

import type { BenchmarkTable } from './common/benchmark.js';

const resultsSchema = z.object({
  /** Processors, memory, Node and platform of the machine on which all tables were measured. */
  machine: z.string(),
  /** What a reader must know of the circumstances, in sentences. Written by hand, and gone with the next measurement. */
  remark: z.string().optional(),
  tables: z.array(
    z.object({
      title: z.string(),
      columns: z.array(z.string()),
      rows: z.array(z.array(z.string())),
      notes: z.array(z.string()).optional(),
    }),
  ),
});

/** The tables of one benchmark as they were last kept: the figures in `docs/benchmarks.md`. */
export type KeptResults = z.infer<typeof resultsSchema>;

/** Among the sources, where an update of the figures can be seen in its history. */
const ROOT = import.meta.url.includes('/dist/') ? '../../' : '../';

function fileOf(benchmark: string): string {
  return fileURLToPath(new URL(`${ROOT}bench/results/${benchmark}.json`, import.meta.url));
}

/** The last kept tables of a benchmark; undefined where none were kept. */
export function readResults(benchmark: string): KeptResults | undefined {
  const file = fileOf(benchmark);
  if (!existsSync(file)) return undefined;
  return resultsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Puts new tables in the place of the last ones, and answers with the file. */
export async function keepResults(
  benchmark: string,
  machine: string,
  tables: readonly BenchmarkTable[],
): Promise<string> {
  const file = fileOf(benchmark);
  const options = { ...(await resolveConfig(file)), filepath: file };
  writeFileSync(file, await format(JSON.stringify({ machine, tables }), options));
  return file;
}
