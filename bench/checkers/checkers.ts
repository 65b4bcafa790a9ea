import type { Benchmark, BenchmarkTable } from '../common/benchmark.js';
import { measureGrid } from './grid.js';
import { measureKnown } from './known.js';
import { measureModels } from './models.js';
import { measureDomain, measureKeys, measureLarge } from './registers.js';

/** `npm run bench -- checkers [grid|domain|models|known|keys|large]`: all of them without a name. */
export const checkers: Benchmark = {
  description: 'linearizability: time, engine and memory, beside what was aimed at',
  run: async ([only], log) => {
    const tables: BenchmarkTable[] = [];
    for (const [name, measure] of Object.entries(TABLES)) {
      if (only === undefined || only === name) tables.push(await measure(log));
    }
    return tables;
  },
};

type Measure = (log: (line: string) => void) => Promise<BenchmarkTable>;

const TABLES: Record<string, Measure> = {
  grid: measureGrid,
  domain: measureDomain,
  models: measureModels,
  known: measureKnown,
  keys: measureKeys,
  large: measureLarge,
};
