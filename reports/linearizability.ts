import type {
  EvidenceOperation,
  KeyFailure,
  LinearizationStep,
} from '../checkers/linearizability/evidence.js';
import { formatValue, shorten } from './format.js';
import type { TimelineOperation } from './timeline-layout.js';

const LABEL_LIMIT = 32;

/** "key "x"", or "the history" where it has no keys. */
export function nameKey(key: string | null): string {
  return key === null ? 'the history' : `key ${JSON.stringify(key)}`;
}

/** The partial linearization that explains the most; no steps where not even one operation fits. */
export function longestOrder(failure: KeyFailure): readonly LinearizationStep[] {
  return failure.partialLinearizations.reduce<readonly LinearizationStep[]>(
    (longest, { steps }) => (steps.length > longest.length ? steps : longest),
    [],
  );
}

/** The operations against a key as a timeline shows them, with the longest order that was found. */
export function failureTimeline(failure: KeyFailure): TimelineOperation[] {
  const stuck = new Set(failure.unplaceable);
  return timelineOf(failure.operations, longestOrder(failure), stuck);
}

/** Operations with an order in which they can have taken effect; `stuck` are those that fit nowhere. */
export function timelineOf(
  operations: readonly EvidenceOperation[],
  steps: readonly LinearizationStep[],
  stuck: ReadonlySet<number> = new Set(),
): TimelineOperation[] {
  const places = new Map(steps.map(({ id, state }, order) => [id, { order, state }]));
  return operations.map((operation) => {
    const place = places.get(operation.id);
    return {
      process: operation.process,
      label: shorten(operation.text, LABEL_LIMIT),
      detail: detailOf(operation, place?.state),
      call: operation.call,
      return: operation.return ?? undefined,
      startTime: operation.startTime,
      endTime: operation.endTime ?? undefined,
      type: operation.type,
      stuck: stuck.has(operation.id),
      order: place?.order,
    };
  });
}

function detailOf(operation: EvidenceOperation, state: string | undefined): string {
  const parts = [`${operation.f} of ${formatValue(operation.input, 500)}`];
  if (operation.type === 'ok') parts.push(`answer ${formatValue(operation.output, 500)}`);
  if (operation.node !== null) parts.push(`on ${operation.node}`);
  if (state !== undefined) parts.push(`leaves the state ${shorten(state, 500)}`);
  return parts.join(' · ');
}
