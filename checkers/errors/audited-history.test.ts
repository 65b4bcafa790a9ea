import { describe, expect, it } from 'vitest';

import { FAMILIES } from '../../harness/contracts/operations/families/registry.js';
import { vocabularyOf } from '../../harness/contracts/operations/vocabulary.js';
import type { HistoryEvent } from '../../harness/history/event.js';
import { toHistory } from '../../harness/history/pair.js';
import { auditHistory } from './audited-history.js';

const REGISTERS = vocabularyOf([FAMILIES.register]);

function history(...events: Omit<HistoryEvent, 'index' | 'time'>[]) {
  return toHistory(events.map((event, index) => ({ index, time: index, ...event })));
}

const failedWrite = [
  { process: 0, type: 'invoke', f: 'write', value: 7 },
  { process: 0, type: 'fail', f: 'write', error: { code: 'refused' } },
] as const;

const read = (value: number) =>
  [
    { process: 1, type: 'invoke', f: 'read' },
    { process: 1, type: 'ok', f: 'read', value },
  ] as const;

describe('an audited history', () => {
  it('is the history itself where no failure was seen to be false', () => {
    const given = history(...failedWrite, ...read(3));
    expect(auditHistory(given, REGISTERS)).toEqual({ defect: undefined, history: given });
  });

  it('takes back a failure whose value was read, and says so', () => {
    const { defect, history: audited } = auditHistory(
      history(...failedWrite, ...read(7)),
      REGISTERS,
    );
    expect(defect).toContain('called an operation failed that took effect');
    expect(audited.operations[0]).toMatchObject({ type: 'info', return: Infinity });
    expect(audited.operations[1]).toMatchObject({ type: 'ok', output: 7 });
  });
});
