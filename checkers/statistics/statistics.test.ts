import { describe, expect, it } from 'vitest';

import type { CheckContext } from '../../harness/contracts/checker.js';
import { createRealClock } from '../../harness/environment/real.js';
import type { Operation, OperationType } from '../../harness/history/operation.js';
import type { StatisticsEvidence } from './evidence.js';
import { createStatisticsChecker } from './statistics.js';

const context: CheckContext = {
  clock: createRealClock(),
  limits: { timeMs: 1e4, memoryBytes: 1e9 },
};

function operation(
  f: string,
  node: string,
  type: OperationType,
  startMs: number,
  ms: number,
): Operation {
  const [startTime, endTime] = [startMs * 1e6, (startMs + ms) * 1e6];
  return {
    process: 0,
    f,
    node,
    type,
    input: null,
    call: startMs,
    return: startMs + 1,
    startTime,
    endTime,
  };
}

function judge(operations: Operation[]) {
  const end = { index: 1, time: 2e9, process: 0, type: 'ok', f: 'read' } as const;
  const events = [{ ...end, index: 0, time: 0 }, end];
  return createStatisticsChecker().check({ events, operations }, context);
}

describe('the statistics checker', () => {
  it('counts by kind and by node, with latencies of what succeeded', async () => {
    const { verdict, evidence } = await judge([
      operation('read', 'n1', 'ok', 0, 4),
      operation('read', 'n2', 'ok', 10, 8),
      operation('read', 'n2', 'fail', 20, 900),
      operation('write', 'n1', 'ok', 30, 2),
      operation('write', 'n1', 'info', 40, 500),
    ]);
    const { groups } = evidence as StatisticsEvidence;
    const row = (f: string, node: string | null) =>
      groups.find((each) => each.f === f && each.node === node);
    expect(verdict).toBe('valid');
    expect(row('read', null)).toMatchObject({ ok: 2, fail: 1, info: 0, okPerSecond: 1 });
    expect(row('read', null)?.latencyMs?.max).toBeCloseTo(8, 1);
    expect(row('read', 'n2')).toMatchObject({ ok: 1, fail: 1 });
    expect(row('write', null)).toMatchObject({ ok: 1, info: 1 });
  });

  it('knows nothing where a kind of operation never succeeded', async () => {
    const result = await judge([
      operation('read', 'n1', 'ok', 0, 4),
      operation('cas', 'n1', 'fail', 5, 4),
    ]);
    expect(result).toMatchObject({ verdict: 'unknown', unknownReason: 'not enough data' });
    expect(result.summary).toBe('No cas ever succeeded.');
    expect(await judge([])).toMatchObject({ verdict: 'unknown' });
  });
});
