import type {
  EvidenceOperation,
  KeyFailure,
  LinearizationStep,
} from '../../../checkers/linearizability/core/evidence.js';
import { formatTime } from '../../../harness/text/time.js';
import { formatValue, shorten } from '../../../harness/text/sentences.js';
import type { TimelineOperation } from '../../timeline/timeline-layout.js';

const LABEL_LIMIT = 32;

/** "key "x"", or "the history" where it has no keys. */
export function nameKey(key: string | null): string {
  return key === null ? 'the history' : `key ${JSON.stringify(key)}`;
}

/** The partial linearization that explains the most; no steps where not even one operation fits. */
function longestOrder(failure: KeyFailure): readonly LinearizationStep[] {
  return failure.partialLinearizations.reduce<readonly LinearizationStep[]>(
    (longest, { steps }) => (steps.length > longest.length ? steps : longest),
    [],
  );
}

/** The operations against a key as a timeline shows them, with the longest order that was found. */
export function failureTimeline(failure: KeyFailure): TimelineOperation[] {
  return timelineOf(failure.operations, longestOrder(failure), stuckOperations(failure));
}

/**
 * The operations that break the order: those that would have to come next. Others that have no place only
 * come later, and their turn never came.
 */
function stuckOperations({ unplaceable, obstacles }: KeyFailure): ReadonlySet<number> {
  const blocking = unplaceable.filter((id) => obstacles.some((obstacle) => obstacle.id === id));
  return new Set(blocking.length > 0 ? blocking : unplaceable);
}

/** Operations with an order in which they can have taken effect; `stuck` are those that break it. */
export function timelineOf(
  operations: readonly EvidenceOperation[],
  steps: readonly LinearizationStep[],
  stuck: ReadonlySet<number> = new Set(),
): TimelineOperation[] {
  const places = new Map(steps.map(({ id, state }, order) => [id, { order, state }]));
  const nameMoment = momentNames(operations);
  return operations.map((operation) => {
    const { id, startTime, endTime, call } = operation;
    const end = operation.return ?? undefined;
    const place = places.get(id);
    return {
      process: operation.process,
      label: shorten(operation.text, LABEL_LIMIT),
      detail: detailOf(operation, place?.state),
      call,
      return: end,
      startTime,
      endTime: endTime ?? undefined,
      invoked: nameMoment(startTime, call),
      answered: end === undefined ? 'never' : nameMoment(endTime ?? startTime, end),
      type: operation.type,
      stuck: stuck.has(id),
      order: place?.order,
    };
  });
}

/**
 * Moments are called by their time. A history that was recorded without times has positions in their place
 * (no real one has an event every microsecond): there they are called by their position.
 */
function momentNames(
  operations: readonly EvidenceOperation[],
): (time: number, index: number) => string {
  const untimed = operations.every(({ startTime, call }) => startTime <= 1000 * call);
  return (time, index) => (untimed ? `event ${String(index)}` : formatTime(time));
}

function detailOf(operation: EvidenceOperation, state: string | undefined): string {
  const { f, input, output, type, node, endTime } = operation;
  const parts = [`${f} of ${formatValue(input, 500)}`];
  if (type === 'ok') parts.push(`answer ${formatValue(output, 500)}`);
  else if (endTime !== null && endTime >= 1e6) parts.push(`given up at ${formatTime(endTime)}`);
  if (node !== null) parts.push(`on ${node}`);
  if (state !== undefined) parts.push(`leaves the state ${shorten(state, 500)}`);
  return parts.join(' · ');
}
