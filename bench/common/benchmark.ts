/** A table that a benchmark prints; each row has as many cells as there are columns. */
export interface BenchmarkTable {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  /** What a reader must know to read the figures: targets, units, what was left out and why. */
  notes?: readonly string[];
}

/** One entry of `npm run bench -- NAME [ARG …]`. */
export interface Benchmark {
  description: string;
  /** It takes `--keep` itself, and keeps its figures in a file of its own. */
  keepsItself?: true;
  /** Reports progress through `log`; medians of several runs in what it returns. */
  run(args: readonly string[], log: (line: string) => void): Promise<readonly BenchmarkTable[]>;
}
