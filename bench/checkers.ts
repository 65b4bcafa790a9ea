import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { runCommand } from '../harness/machine/command.js';
import type { Benchmark, BenchmarkTable } from './benchmark.js';
import type { Cell, CellSpec } from './checker-row.js';
import type { HistoryRecipe } from './generate-history.js';
import type { SystemName } from './simulated-histories.js';

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

const BASE: HistoryRecipe = {
  operations: 0,
  clients: 10,
  crashRate: 0,
  domain: 'unique',
  casRate: 0,
  keys: 1,
};

/** In one process, or each in its own, so that none leaves anything behind for the next one's peak. */
async function measureApart(specs: readonly CellSpec[]): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const spec of specs) cells.push(...(await measureCells([spec])));
  return cells;
}

async function measureCells(specs: readonly CellSpec[]): Promise<Cell[]> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const row = fileURLToPath(new URL(`./checker-row.${extension}`, import.meta.url));
  const args = [...process.execArgv, '--max-old-space-size=8192', row, JSON.stringify(specs)];
  const { stdout } = await runCommand(process.execPath, args);
  return JSON.parse(stdout) as Cell[];
}

function show({ milliseconds, verdict }: Cell): string {
  const digits = milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0;
  return `${milliseconds.toFixed(digits)} ${verdict}`;
}

function enginesOf(cells: readonly Cell[]): string {
  return [...new Set(cells.flatMap(({ engines }) => engines))].join(', ');
}

function peakOf(cells: readonly Cell[]): string {
  return Math.max(...cells.map(({ peakMegabytes }) => peakMegabytes)).toFixed(0);
}

function repetitionsFor(operations: number): number {
  return operations >= 1e6 ? 3 : operations >= 1e5 ? 6 : 20;
}

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

async function measureGrid(log: (line: string) => void): Promise<BenchmarkTable> {
  const rows: string[][] = [];
  for (const operations of [1e3, 1e4, 1e5, 1e6]) {
    for (const clients of [5, 10, 20, 50]) {
      const kinds: Partial<HistoryRecipe>[] = [
        {},
        { staleReadAt: 0.1 },
        { staleReadAt: 0.9 },
        { crashRate: 0.005 },
        { crashRate: 0.005, staleReadAt: 0.9 },
      ];
      const specs = kinds.map((kind): CellSpec => {
        const recipe = { ...BASE, operations, clients, ...kind };
        return { model: 'cas-register', recipe, repetitions: repetitionsFor(operations) };
      });
      const cells = await (operations < 1e6 ? measureCells(specs) : measureApart(specs));
      const name = `${operations.toLocaleString('en')}, ${clients}`;
      log(`${name}: ${cells.map(show).join(', ')}`);
      const theirs = PORCUPINE[`${operations} ${clients}`] ?? '';
      rows.push([name, ...cells.map(show), enginesOf(cells), peakOf(cells), theirs]);
    }
  }
  return {
    title: 'One register, unique values, half writes (ms)',
    columns: [
      'operations, clients',
      'valid',
      'stale read early',
      'stale read late',
      'valid, 0.5 % crashed',
      'stale late, 0.5 % crashed',
      'engine',
      'peak MB',
      'Porcupine: valid / stale late',
    ],
    rows,
    notes: [
      'Wanted: a verdict in every cell; 1,000,000 in at most 1,000 ms with at most 600 MB.',
      'Checking only; peak memory is the whole process, the history as objects included.',
    ],
  };
}

async function measureDomain(log: (line: string) => void): Promise<BenchmarkTable> {
  const base = { ...BASE, operations: 10_000, clients: 20, casRate: 0.33, domain: 5 };
  const cases: [string, HistoryRecipe, string][] = [
    ['cas over 5 values, 10,000, 20 clients', base, '≤ 150'],
    ['the same, stale read early', { ...base, staleReadAt: 0.1 }, ''],
    ['the same, 0.5 % crashed', { ...base, crashRate: 0.005 }, ''],
    [
      'the same, 0.5 % crashed, stale read early',
      { ...base, crashRate: 0.005, staleReadAt: 0.1 },
      '',
    ],
    [
      'read and write over 5 values, 100,000, 20 clients',
      { ...base, operations: 1e5, casRate: 0 },
      '',
    ],
    ['cas, unique values, 100,000, 20 clients', { ...base, operations: 1e5, domain: 'unique' }, ''],
    [
      'cas, unique values, 1,000,000, 20 clients',
      { ...base, operations: 1e6, domain: 'unique' },
      '',
    ],
  ];
  const rows: string[][] = [];
  for (const [name, recipe, target] of cases) {
    const repetitions = repetitionsFor(recipe.operations * 10);
    const cells = await measureCells([{ model: 'cas-register', recipe, repetitions }]);
    log(`${name}: ${show(cells[0])}`);
    rows.push([name, show(cells[0]), target, enginesOf(cells), peakOf(cells)]);
  }
  return {
    title: 'Values written again and again, and compare-and-set (ms)',
    columns: ['history', 'took', 'wanted', 'engine', 'peak MB'],
    rows,
    notes: [
      'Porcupine ends none of these within 60 s. A stale read of a value that is written often may be no violation.',
    ],
  };
}

async function measureModels(log: (line: string) => void): Promise<BenchmarkTable> {
  const cases: [SystemName, CellSpec['model'], number][] = [
    ['counter', 'counter', 1e6],
    ['owner-mutex', 'owner-mutex', 1e6],
    ['versioned-register', 'versioned-register', 1e6],
    ['register of 5 values that reports versions', 'cas-register', 1e6],
    ['register of 5 values', 'cas-register', 1e5],
    ['fifo-queue', 'fifo-queue', 1e5],
    ['grow-only-set', 'grow-only-set', 2e3],
  ];
  const rows: string[][] = [];
  for (const [system, model, operations] of cases) {
    const simulated = { system, operations, clients: 10 };
    const repetitions = repetitionsFor(operations);
    const cells = await measureCells([{ model, simulated, repetitions }]);
    const name = `${system}, ${operations.toLocaleString('en')}`;
    log(`${name}: ${show(cells[0])}`);
    rows.push([name, show(cells[0]), enginesOf(cells), peakOf(cells)]);
  }
  return {
    title: 'Other models, 10 clients (ms)',
    columns: ['history', 'took', 'engine', 'peak MB'],
    rows,
  };
}

const HISTORIES = 'checkers/testdata/histories';

async function measureKnown(log: (line: string) => void): Promise<BenchmarkTable> {
  const etcd = readdirSync(join(HISTORIES, 'etcd-jepsen')).filter((file) => file.endsWith('.log'));
  const cases: [string, CellSpec, string][] = [
    [
      'etcd logs (25)',
      {
        model: 'cas-register',
        files: etcd.map((file) => join(HISTORIES, 'etcd-jepsen', file)),
        repetitions: 100,
      },
      '≤ 15',
    ],
    ...[
      ['c10-ok', '≤ 0.42'],
      ['c10-bad', '≤ 0.30'],
      ['c01-ok', ''],
      ['c01-bad', ''],
    ].map(([file, target]): [string, CellSpec, string] => [
      `key-value ${file}`,
      { model: 'key-value', files: [join(HISTORIES, 'kv', `${file}.txt`)], repetitions: 400 },
      target,
    ]),
  ];
  const rows: string[][] = [];
  for (const [name, spec, target] of cases) {
    const cells = await measureCells([spec]);
    log(`${name}: ${show(cells[0])}`);
    rows.push([name, show(cells[0]), target, enginesOf(cells)]);
  }
  return {
    title: 'Histories of known verdicts, warm (ms)',
    columns: ['histories', 'took', 'wanted', 'engine'],
    rows,
    notes: [
      'Wanted for the key-value files: no slower than Porcupine. Its c50 sets are not at hand.',
    ],
  };
}

async function measureKeys(log: (line: string) => void): Promise<BenchmarkTable> {
  const rows: string[][] = [];
  for (const [keys, domain] of [
    [100, 'unique'],
    [1000, 'unique'],
    [100, 5],
    [1000, 5],
  ] as const) {
    const recipe: HistoryRecipe = { ...BASE, operations: 1e5, clients: 50, keys, domain };
    const cells = await measureCells([{ model: 'cas-register', recipe, repetitions: 6 }]);
    const name = `100,000 over ${keys} keys, ${domain === 'unique' ? 'unique values' : '5 values'}`;
    log(`${name}: ${show(cells[0])}`);
    rows.push([name, show(cells[0]), enginesOf(cells), peakOf(cells)]);
  }
  return {
    title: 'Many keys, 50 clients (ms)',
    columns: ['history', 'took', 'engine', 'peak MB'],
    rows,
    notes: ['On one thread: what is easy never leaves it.'],
  };
}

async function measureLarge(log: (line: string) => void): Promise<BenchmarkTable> {
  const recipe: HistoryRecipe = { ...BASE, operations: 1e7 };
  const cells = await measureCells([{ model: 'cas-register', recipe, repetitions: 1 }]);
  log(`10,000,000: ${show(cells[0])}`);
  return {
    title: 'Ten million operations on one register (ms)',
    columns: ['history', 'took', 'wanted', 'engine', 'peak MB', 'wanted MB'],
    rows: [
      [
        '10,000,000, 10 clients',
        show(cells[0]),
        '≤ 15,000',
        enginesOf(cells),
        peakOf(cells),
        '≤ 4,096',
      ],
    ],
  };
}
