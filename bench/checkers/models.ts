import { formatCount } from '../../harness/text/numbers.js';
import type { BenchmarkTable } from '../common/benchmark.js';
import type { SystemName } from '../histories/simulated-histories.js';
import { type Case, enginesOf, measureCases, peakOf, repetitionsFor, show } from './cells.js';
import type { CellSpec } from './checker-row.js';

const SYSTEMS: readonly (readonly [SystemName, CellSpec['model'], number])[] = [
  ['counter', 'counter', 1e6],
  ['owner-mutex', 'owner-mutex', 1e6],
  ['versioned-register', 'versioned-register', 1e6],
  ['register of 5 values that reports versions', 'cas-register', 1e6],
  ['register of 5 values', 'cas-register', 1e5],
  ['fifo-queue', 'fifo-queue', 1e5],
  ['grow-only-set', 'grow-only-set', 2e3],
];

/** Queues, sets, locks and counters, and registers that tell more of themselves. */
export async function measureModels(log: (line: string) => void): Promise<BenchmarkTable> {
  const cases = SYSTEMS.map(([system, model, operations]): Case => {
    const simulated = { system, operations, clients: 10 };
    const name = `${system}, ${formatCount(operations)}`;
    return { name, spec: { model, simulated, repetitions: repetitionsFor(operations) } };
  });
  const measured = await measureCases(cases, log);
  return {
    title: 'Other models, 10 clients (ms)',
    columns: ['history', 'took', 'engine', 'peak MB'],
    rows: measured.map(({ name, cells }) => [
      ...[name, show(cells[0]), enginesOf(cells), peakOf(cells)],
    ]),
  };
}
