import { fileURLToPath } from 'node:url';

import { runCommand } from '../../harness/machine/command.js';
import type { HistoryRecipe } from '../histories/generate-history.js';
import type { Cell, CellSpec } from './checker-row.js';

/** What most of the made histories have in common. */
export const BASE: HistoryRecipe = {
  operations: 0,
  clients: 10,
  crashRate: 0,
  domain: 'unique',
  casRate: 0,
  keys: 1,
};

/** One row of a table: a cell, and what was aimed at. */
export interface Case {
  name: string;
  spec: CellSpec;
  wanted?: string;
}

/** Each case in a process of its own, with a line of log. */
export async function measureCases(
  cases: readonly Case[],
  log: (line: string) => void,
): Promise<(Required<Omit<Case, 'spec'>> & { cells: readonly Cell[] })[]> {
  const measured = [];
  for (const { name, spec, wanted = '' } of cases) {
    const cells = await measureCells([spec]);
    log(`${name}: ${show(cells[0])}`);
    measured.push({ name, wanted, cells });
  }
  return measured;
}

/** In one process, or each in its own, so that none leaves anything behind for the next one's peak. */
export async function measureApart(specs: readonly CellSpec[]): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const spec of specs) cells.push(...(await measureCells([spec])));
  return cells;
}

export async function measureCells(specs: readonly CellSpec[]): Promise<Cell[]> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const row = fileURLToPath(new URL(`./checker-row.${extension}`, import.meta.url));
  const args = [...process.execArgv, '--max-old-space-size=8192', row, JSON.stringify(specs)];
  const { stdout } = await runCommand(process.execPath, args);
  return JSON.parse(stdout) as Cell[];
}

export function show({ milliseconds, verdict }: Cell): string {
  const digits = milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0;
  return `${milliseconds.toFixed(digits)} ${verdict}`;
}

export function enginesOf(cells: readonly Cell[]): string {
  return [...new Set(cells.flatMap(({ engines }) => engines))].join(', ');
}

export function peakOf(cells: readonly Cell[]): string {
  return Math.max(...cells.map(({ peakMegabytes }) => peakMegabytes)).toFixed(0);
}

export function repetitionsFor(operations: number): number {
  return operations >= 1e6 ? 3 : operations >= 1e5 ? 6 : 20;
}
