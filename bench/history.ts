import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '../harness/environment/random.js';
import { createRealClock } from '../harness/environment/real.js';
import { HistoryRecorder } from '../harness/history/recorder.js';
import { runCommand } from '../harness/machine/command.js';
import { formatCount } from '../harness/text/numbers.js';
import type { Benchmark, BenchmarkTable } from './common/benchmark.js';

const EVENTS = 1_000_000;
const CLIENTS = 10;
const REPETITIONS = 3;

interface Reading {
  seconds: number;
  cpuSeconds: number;
  peakMegabytes: number;
  operations: number;
}

/** A million events of our own format, read and paired, in a process of its own. */
export const historyBenchmark: Benchmark = {
  description: 'time and peak memory of reading a history of a million events',
  run: async (_args, log) => {
    const directory = mkdtempSync(join(tmpdir(), 'schism-bench-'));
    try {
      const path = join(directory, 'history.jsonl');
      writeHistory(path);
      const readings: Reading[] = [];
      for (let i = 0; i < REPETITIONS; i++) {
        readings.push(await readInChild(path));
        log(`${readings[i].seconds.toFixed(2)} s, ${readings[i].peakMegabytes.toFixed(0)} MB`);
      }
      return [table(readings)];
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
};

/** Clients take turns; each event carries what a run's events carry. */
function writeHistory(path: string): void {
  const recorder = new HistoryRecorder(path, createRealClock());
  const random = createRandom(1);
  const node = (process: number): string => `n${1 + (process % 5)}`;
  for (let i = 0; i < EVENTS / 2 / CLIENTS; i++) {
    const keys = Array.from({ length: CLIENTS }, () => `r${random.integer(5)}-${i % 50}`);
    keys.forEach((key, process) => {
      const value = i * CLIENTS + process;
      recorder.record({ process, type: 'invoke', f: 'write', key, value, node: node(process) });
    });
    keys.forEach((key, process) => {
      recorder.record({ process, type: 'ok', f: 'write', key, node: node(process) });
    });
  }
  recorder.close();
}

async function readInChild(path: string): Promise<Reading> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const reader = fileURLToPath(new URL(`./history-reader.${extension}`, import.meta.url));
  const { stdout } = await runCommand(process.execPath, [...process.execArgv, reader, path]);
  return JSON.parse(stdout) as Reading;
}

function table(readings: readonly Reading[]): BenchmarkTable {
  const median = (figure: (reading: Reading) => number): number =>
    readings.map(figure).sort((a, b) => a - b)[Math.floor(readings.length / 2)];
  return {
    title: 'Reading a history: our own JSON lines',
    columns: ['events', 'seconds', 'wanted', 'CPU seconds', 'peak MB', 'wanted MB'],
    rows: [
      [
        formatCount(EVENTS),
        median(({ seconds }) => seconds).toFixed(2),
        '< 3',
        median(({ cpuSeconds }) => cpuSeconds).toFixed(2),
        median(({ peakMegabytes }) => peakMegabytes).toFixed(0),
        '< 600',
      ],
    ],
    notes: [
      `Medians of ${REPETITIONS} readings, each in a fresh process; peak and CPU time of the whole process, the start of Node included.`,
    ],
  };
}
