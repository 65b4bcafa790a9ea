import type { BenchmarkTable } from '../common/benchmark.js';
import type { HistoryRecipe } from '../histories/generate-history.js';
import { BASE, type Case, enginesOf, measureCases, peakOf, repetitionsFor, show } from './cells.js';

const FIVE_VALUES: HistoryRecipe = {
  ...BASE,
  operations: 10_000,
  clients: 20,
  casRate: 0.33,
  domain: 5,
};

/** By what it is called: how it differs from `FIVE_VALUES`, and what was aimed at. */
const DOMAIN_CASES: readonly [string, Partial<HistoryRecipe>, string?][] = [
  ['cas over 5 values, 10,000, 20 clients', {}, '≤ 150'],
  ['the same, stale read early', { staleReadAt: 0.1 }],
  ['the same, 0.5 % crashed', { crashRate: 0.005 }],
  ['the same, 0.5 % crashed, stale read early', { crashRate: 0.005, staleReadAt: 0.1 }],
  ['read and write over 5 values, 100,000, 20 clients', { operations: 1e5, casRate: 0 }],
  ['cas, unique values, 100,000, 20 clients', { operations: 1e5, domain: 'unique' }],
  ['cas, unique values, 1,000,000, 20 clients', { operations: 1e6, domain: 'unique' }],
];

/** Values that are written again and again. */
export async function measureDomain(log: (line: string) => void): Promise<BenchmarkTable> {
  const cases = DOMAIN_CASES.map(([name, difference, wanted]): Case => {
    const recipe = { ...FIVE_VALUES, ...difference };
    const repetitions = repetitionsFor(recipe.operations * 10);
    return { name, spec: { model: 'cas-register', recipe, repetitions }, wanted };
  });
  const measured = await measureCases(cases, log);
  return {
    title: 'Values written again and again, and compare-and-set (ms)',
    columns: ['history', 'took', 'wanted', 'engine', 'peak MB'],
    rows: measured.map(({ name, wanted, cells }) => [
      ...[name, show(cells[0]), wanted, enginesOf(cells), peakOf(cells)],
    ]),
    notes: [
      'Porcupine ends none of these within 60 s. A stale read of a value that is written often may be no violation.',
    ],
  };
}

const KEYS: readonly (readonly [number, HistoryRecipe['domain']])[] = [
  [100, 'unique'],
  [1000, 'unique'],
  [100, 5],
  [1000, 5],
];

/** Registers side by side. */
export async function measureKeys(log: (line: string) => void): Promise<BenchmarkTable> {
  const cases = KEYS.map(([keys, domain]): Case => {
    const recipe: HistoryRecipe = { ...BASE, operations: 1e5, clients: 50, keys, domain };
    const values = domain === 'unique' ? 'unique values' : `${domain} values`;
    const spec = { model: 'cas-register', recipe, repetitions: 6 } as const;
    return { name: `100,000 over ${keys} keys, ${values}`, spec };
  });
  const measured = await measureCases(cases, log);
  return {
    title: 'Many keys, 50 clients (ms)',
    columns: ['history', 'took', 'engine', 'peak MB'],
    rows: measured.map(({ name, cells }) => [
      ...[name, show(cells[0]), enginesOf(cells), peakOf(cells)],
    ]),
    notes: ['On one thread: what is easy never leaves it.'],
  };
}

/** A history that is larger than any that a run makes. */
export async function measureLarge(log: (line: string) => void): Promise<BenchmarkTable> {
  const recipe: HistoryRecipe = { ...BASE, operations: 1e7 };
  const spec = { model: 'cas-register', recipe, repetitions: 1 } as const;
  const cases = [{ name: '10,000,000, 10 clients', spec, wanted: '≤ 15,000' }];
  const measured = await measureCases(cases, log);
  return {
    title: 'Ten million operations on one register (ms)',
    columns: ['history', 'took', 'wanted', 'engine', 'peak MB', 'wanted MB'],
    rows: measured.map(({ name, wanted, cells }) => [
      ...[name, show(cells[0]), wanted, enginesOf(cells), peakOf(cells), '≤ 4,096'],
    ]),
  };
}
