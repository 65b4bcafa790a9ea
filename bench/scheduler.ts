import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, classifyError } from '../harness/contracts/client.js';
import type { Clock } from '../harness/environment/environment.js';
import { createRandom } from '../harness/environment/random.js';
import { createRealClock } from '../harness/environment/real.js';
import { generate, limit, mix } from '../harness/generators/combinators.js';
import { HistoryRecorder } from '../harness/history/recorder.js';
import type { JsonValue } from '../harness/json.js';
import { runLoad } from '../harness/scheduler/scheduler.js';
import { formatCount } from '../harness/text/numbers.js';
import type { Benchmark, BenchmarkTable } from './common/benchmark.js';

const OPERATIONS = 500_000;
const CLIENTS = [1, 10, 100, 1_000];
const REPETITIONS = 3;
const TARGET = 100_000;

/** How many operations a second the harness itself can drive, with nothing to wait for. */
export const schedulerBenchmark: Benchmark = {
  description:
    'operations scheduled, run against a register in memory and recorded to disk, a second',
  run: async (_args, log) => {
    const rows: string[][] = [];
    for (const clients of CLIENTS) {
      const rates: Rates[] = [];
      for (let i = 0; i < REPETITIONS; i++) rates.push(await measure(clients));
      const perSecond = median(rates.map((rate) => rate.perSecond));
      const perCpuSecond = median(rates.map((rate) => rate.perCpuSecond));
      log(`${clients} clients: ${whole(perSecond)} operations/s`);
      rows.push([String(clients), whole(perSecond), ratio(perSecond), whole(perCpuSecond)]);
    }
    return [table(rows)];
  },
};

function table(rows: string[][]): BenchmarkTable {
  return {
    title: 'Scheduler: generated, run in memory, recorded to disk',
    columns: ['clients', 'operations/s', `of ${whole(TARGET)} wanted`, 'operations/CPU s'],
    rows,
    notes: [
      `Medians of ${REPETITIONS} runs of ${whole(OPERATIONS)} operations, half of them writes.`,
      'The last column leaves out what other programs took of the processor.',
    ],
  };
}

/** Operations a second, by the clock and by the processor's time. */
interface Rates {
  perSecond: number;
  perCpuSecond: number;
}

/** From the first invocation until the last line is on disk. */
async function measure(concurrency: number): Promise<Rates> {
  const directory = mkdtempSync(join(tmpdir(), 'schism-bench-'));
  const clock = createRealClock();
  try {
    const start = clock.now();
    const cpuStart = process.cpuUsage();
    await drive(clock, concurrency, join(directory, 'history.jsonl'));
    const { user, system } = process.cpuUsage(cpuStart);
    return {
      perSecond: OPERATIONS / ((clock.now() - start) / 1e9),
      perCpuSecond: OPERATIONS / ((user + system) / 1e6),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function drive(clock: Clock, concurrency: number, path: string): Promise<void> {
  const recorder = new HistoryRecorder(path, clock);
  const client = createMemoryRegister();
  const load = mix([
    { weight: 1, generator: generate(() => ({ f: 'read' })) },
    { weight: 1, generator: generate((_, random) => ({ f: 'write', value: random.integer(1e9) })) },
  ]);
  await runLoad({
    generator: limit(OPERATIONS, load),
    clients: () => ({ client, node: 'memory' }),
    recorder,
    clock,
    random: createRandom(1),
    concurrency,
    operationTimeoutMs: 5_000,
    classify: (error, f) => classifyError(error, {}, f === 'read'),
  });
  recorder.close();
}

function createMemoryRegister(): Client {
  let register: JsonValue = null;
  return {
    invoke: async ({ f, value }) => {
      if (f === 'write') register = value ?? null;
      return { type: 'ok', value: register };
    },
    close: async () => undefined,
  };
}

function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)];
}

function whole(figure: number): string {
  return formatCount(figure);
}

function ratio(rate: number): string {
  return `${(rate / TARGET).toFixed(1)}×`;
}
