import { describe, expect, it } from 'vitest';

import type { CheckContext } from '../../harness/contracts/checker.js';
import { createRealClock } from '../../harness/environment/real.js';
import type { HistoryEvent } from '../../harness/history/event.js';
import { toHistory } from '../../harness/history/pair.js';
import type { AvailabilityEvidence } from './evidence.js';
import { createAvailabilityChecker } from './availability.js';

const context: CheckContext = {
  clock: createRealClock(),
  limits: { timeMs: 1e4, memoryBytes: 1e9 },
};

type Line = [
  ms: number,
  process: HistoryEvent['process'],
  type: HistoryEvent['type'],
  f: string,
  value?: HistoryEvent['value'],
];

function judge(...lines: Line[]) {
  const events = lines.map(([ms, process, type, f, value], index): HistoryEvent => {
    return { index, time: ms * 1e6, process, type, f, value };
  });
  return createAvailabilityChecker().check(toHistory(events), context);
}

const inject = { action: 'inject', id: 1, nodes: ['n1'], variant: 'majority' };
const heal = { ...inject, action: 'heal' };

describe('the availability checker', () => {
  it('measures gaps, what succeeded under a fault, and how fast it recovered', async () => {
    const { verdict, evidence } = await judge(
      [0, 0, 'invoke', 'read'],
      [1, 0, 'ok', 'read', 1],
      [10, 'nemesis', 'info', 'partition', inject],
      [11, 0, 'invoke', 'read'],
      [12, 0, 'ok', 'read', 1],
      [20, 0, 'invoke', 'read'],
      [40, 'nemesis', 'info', 'partition', heal],
      [45, 0, 'ok', 'read', 1],
      [50, 0, 'invoke', 'read'],
      [52, 0, 'ok', 'read', 1],
    );
    const { recoveries, longestGap, okShare } = evidence as AvailabilityEvidence;
    expect(verdict).toBe('valid');
    expect(okShare).toBe(1);
    expect(longestGap).toEqual({ fromTime: 12e6, milliseconds: 33 });
    expect(recoveries).toEqual([
      {
        id: 1,
        fault: 'partition',
        variant: 'majority',
        nodes: ['n1'],
        injectedAt: 10e6,
        healedAt: 40e6,
        okDuring: 1,
        // The operation that was called before the healing does not count: 52 - 40.
        recoveryMs: 12,
      },
    ]);
  });

  it('knows nothing where nothing succeeded, at all or after a healing', async () => {
    const never = await judge([0, 0, 'invoke', 'read'], [9, 0, 'fail', 'read']);
    expect(never).toMatchObject({ verdict: 'unknown', unknownReason: 'not enough data' });
    const notAfter = await judge(
      [0, 0, 'invoke', 'read'],
      [1, 0, 'ok', 'read', 1],
      [2, 'nemesis', 'info', 'kill', inject],
      [3, 'nemesis', 'info', 'kill', heal],
    );
    expect(notAfter.verdict).toBe('unknown');
    expect(notAfter.summary).toContain('kill');
  });
});
