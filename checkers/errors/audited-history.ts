import type { Vocabulary } from '../../harness/contracts/operations/vocabulary.js';
import type { History } from '../../harness/history/operation.js';
import { auditFailures } from './error-table-audit.js';

/** A history in which no failure is believed that was seen to be false. */
export interface AuditedHistory {
  /** What the audit found, as a sentence; undefined where it found nothing wrong. */
  defect: string | undefined;
  history: History;
}

/**
 * Takes back every `fail` whose effect was seen: the operation is judged as `info`, so that a mistake of ours in
 * an error table never accuses the target, and a violation that remains is the target's own.
 */
export function auditHistory(history: History, operations: Vocabulary): AuditedHistory {
  const { defects, summary } = auditFailures(history, operations);
  if (defects.length === 0) return { defect: undefined, history };
  const wronglyFailed = new Set(defects.map(({ failed }) => failed.index));
  const audited = history.operations.map((operation) =>
    wronglyFailed.has(operation.call)
      ? { ...operation, type: 'info' as const, return: Infinity }
      : operation,
  );
  return {
    defect: `The harness called an operation failed that took effect: ${summary}.`,
    history: { events: history.events, operations: audited },
  };
}
