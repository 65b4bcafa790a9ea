import { afterEach, describe, expect, it } from 'vitest';

import { createRandom } from '../../../harness/environment/random.js';
import { registerSimulator, reportingSimulator } from '../testing/register-simulators.js';
import { simulateHistory } from '../testing/simulator.js';
import { unlimited } from '../testing/conformance.js';
import { SIMULATORS } from '../testing/simulators.js';
import { movables, pack, unpack } from './parcel.js';
import { createWorkerPool, type WorkerPool } from './pool.js';
import type { WorkerTask } from './worker.js';

let pool: WorkerPool | undefined;

afterEach(async () => {
  await pool?.close();
});

function task(operations: number, processes: number, changes: Partial<WorkerTask>): WorkerTask {
  const simulator = registerSimulator({ unique: true, domain: 0, cas: 0 });
  const shape = { operations, processes, crashRate: 0.02, lieRate: 0 };
  return {
    model: 'cas-register',
    engine: undefined,
    operations: pack(simulateHistory(simulator, shape, createRandom(1)), unlimited()),
    timeMs: 60_000,
    shareMs: Infinity,
    memoryBytes: 1e9,
    progress: new Float64Array(new SharedArrayBuffer(16)),
    ...changes,
  };
}

describe('a parcel', () => {
  it('holds everything that engines look at', () => {
    for (const [name, simulators] of Object.entries(SIMULATORS)) {
      for (const simulator of [
        ...simulators,
        reportingSimulator({ unique: true, domain: 0, cas: 0.3 }),
      ]) {
        const shape = { operations: 50, processes: 5, crashRate: 0.2, lieRate: 0.3 };
        const operations = simulateHistory(simulator, shape, createRandom(1));
        const seen = operations.map(
          ({ process, f, input, output, type, call, return: end, meta }) => ({
            ...{ process, f, input, output, type, call, return: end, meta },
          }),
        );
        const parcel = pack(operations, unlimited());
        expect({ name, operations: unpack(structuredClone(parcel)) }).toMatchObject({
          name,
          operations: seen,
        });
        expect(movables(parcel)).toHaveLength(6);
      }
    }
  });
});

describe('a pool of worker threads', () => {
  it('judges in a thread, and keeps limits there', async () => {
    pool = createWorkerPool(2, 2e9);
    const { signal } = new AbortController();
    const decided = await pool.judge(task(100, 5, {}), signal);
    const late = await pool.judge(task(2000, 40, { engine: 'general', timeMs: 0 }), signal);
    expect(decided).toMatchObject({ engine: 'zones', answer: { verdict: 'valid' } });
    expect(late.answer).toEqual({ verdict: 'unknown', reason: 'time' });
  });

  it('stops in the middle of a search', async () => {
    pool = createWorkerPool(1, 1e9);
    const stop = new AbortController();
    const endless = pool.judge(task(5000, 60, { engine: 'general' }), stop.signal);
    const rejected = expect(endless).rejects.toThrow(/abort/i);
    stop.abort();
    await rejected;
  });
});
