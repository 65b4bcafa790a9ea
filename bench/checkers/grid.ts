import { formatCount } from '../../harness/text/numbers.js';
import type { BenchmarkTable } from '../common/benchmark.js';
import type { HistoryRecipe } from '../histories/generate-history.js';
import {
  BASE,
  enginesOf,
  measureApart,
  measureCells,
  peakOf,
  repetitionsFor,
  show,
} from './cells.js';
import type { Cell, CellSpec } from './checker-row.js';

/** Porcupine 1.0 with Go 1.23 on two cores, valid and one stale read, in ms; 60 s and 20 GB at most. */
const PORCUPINE: Record<string, string> = {
  '1000 10': '45 / 194',
  '1000 20': '40,546 / time out',
  '10000 10': '4,471 / 19,388',
  '10000 20': 'time out / time out',
  '100000 5': '4,540 / 40,405',
  '100000 10': 'out of memory',
  '1000000 5': 'out of memory',
};

const KINDS: readonly Partial<HistoryRecipe>[] = [
  {},
  { staleReadAt: 0.1 },
  { staleReadAt: 0.9 },
  { crashRate: 0.005 },
  { crashRate: 0.005, staleReadAt: 0.9 },
];

const COLUMNS = [
  'operations, clients',
  'valid',
  'stale read early',
  'stale read late',
  'valid, 0.5 % crashed',
  'stale late, 0.5 % crashed',
  'engine',
  'peak MB',
  'Porcupine: valid / stale late',
];

/** How long a verdict takes by the number of operations and of clients. */
export async function measureGrid(log: (line: string) => void): Promise<BenchmarkTable> {
  const rows: string[][] = [];
  for (const operations of [1e3, 1e4, 1e5, 1e6]) {
    for (const clients of [5, 10, 20, 50]) {
      const cells = await measureSize(operations, clients);
      const name = `${formatCount(operations)}, ${clients}`;
      log(`${name}: ${cells.map(show).join(', ')}`);
      const theirs = PORCUPINE[`${operations} ${clients}`] ?? '';
      rows.push([name, ...cells.map(show), enginesOf(cells), peakOf(cells), theirs]);
    }
  }
  return {
    title: 'One register, unique values, half writes (ms)',
    columns: COLUMNS,
    rows,
    notes: [
      'Wanted: a verdict in every cell; 1,000,000 in at most 1,000 ms with at most 600 MB.',
      'Checking only; peak memory is the whole process, the history as objects included.',
    ],
  };
}

/** A cell of each kind; large ones apart, for their peaks. */
function measureSize(operations: number, clients: number): Promise<Cell[]> {
  const specs = KINDS.map((kind): CellSpec => {
    const recipe = { ...BASE, operations, clients, ...kind };
    return { model: 'cas-register', recipe, repetitions: repetitionsFor(operations) };
  });
  return operations < 1e6 ? measureCells(specs) : measureApart(specs);
}
