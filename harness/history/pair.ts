import type { HistoryEvent, ProcessId } from './event.js';
import { HistoryError, type Place } from './history-error.js';
import type { History, Operation, OperationType } from './operation.js';

/** What is known of a process while its events are paired. */
interface ProcessState {
  open: Operation | undefined;
  /** Its last operation ended in `info`, so it may never be used again. */
  ended: boolean;
}

/**
 * Pairs invocations with their completions. Strict, because a history that was put together wrongly
 * gives a wrong verdict: throws a `HistoryError` where a process has two operations open, where a
 * completion has no invocation or another one's `f` or `key`, where a process goes on after `info`,
 * and where time or indexes run backwards. The nemesis's events are not paired.
 *
 * @param events in the order in which they were recorded, `index` being their position
 * @param placeOf where an event was read from, for messages
 */
export function toHistory(
  events: readonly HistoryEvent[],
  placeOf?: (position: number) => Place,
): History {
  const operations: Operation[] = [];
  const processes = new Map<ProcessId, ProcessState>();
  let lastTime = -Infinity;
  for (let position = 0; position < events.length; position++) {
    const event = events[position];
    const state = stateOf(processes, event.process);
    const fault = faultOf(event, position, lastTime, state);
    if (fault)
      throw new HistoryError(placeOf ? fault : `event ${position}: ${fault}`, placeOf?.(position));
    lastTime = event.time;
    if (event.process === 'nemesis') continue;
    if (event.type === 'invoke') operations.push(open(state, event));
    else complete(state, event, event.type);
  }
  return { events, operations };
}

function stateOf(processes: Map<ProcessId, ProcessState>, process: ProcessId): ProcessState {
  let state = processes.get(process);
  if (!state) processes.set(process, (state = { open: undefined, ended: false }));
  return state;
}

/** Why this event cannot come here, or undefined where it can. */
function faultOf(
  event: HistoryEvent,
  position: number,
  lastTime: number,
  { open, ended }: ProcessState,
): string | undefined {
  const { process, f, key } = event;
  if (event.index !== position) return `the index is ${event.index} and should be ${position}`;
  if (!(event.time >= lastTime)) return `time runs backwards, from ${lastTime} to ${event.time}`;
  if (process === 'nemesis') return undefined;
  if (event.type === 'invoke') {
    if (open) return `process ${process} invokes ${f} while its ${open.f} is still open`;
    if (ended) return `process ${process} goes on after an operation that ended in info`;
    return undefined;
  }
  if (!open) return `process ${process} completes a ${f} that it did not invoke`;
  if (open.f !== f) return `process ${process} invoked ${open.f} and completes ${f}`;
  if (key !== undefined && open.key !== key) {
    return `process ${process} invoked key ${open.key} and completes key ${key}`;
  }
  return undefined;
}

function open(state: ProcessState, event: HistoryEvent): Operation {
  // All fields at once and in one order: a million of these have one shape.
  const operation: Operation = {
    process: event.process,
    f: event.f,
    key: event.key,
    input: event.value ?? null,
    output: undefined,
    type: 'info',
    call: event.index,
    return: Infinity,
    startTime: event.time,
    endTime: Infinity,
    node: event.node,
    error: undefined,
    meta: undefined,
  };
  state.open = operation;
  return operation;
}

function complete(state: ProcessState, event: HistoryEvent, type: OperationType): void {
  const operation = state.open as Operation;
  operation.type = type;
  operation.output = event.value;
  operation.return = type === 'info' ? Infinity : event.index;
  operation.endTime = event.time;
  operation.node = event.node ?? operation.node;
  operation.error = event.error;
  operation.meta = event.meta;
  state.open = undefined;
  state.ended = type === 'info';
}
