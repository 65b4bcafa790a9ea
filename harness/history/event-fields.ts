import type { JsonValue } from '../json.js';
import type { EventType, HistoryEvent } from './event.js';

const TYPES: ReadonlySet<unknown> = new Set<EventType>(['invoke', 'ok', 'fail', 'info']);

/** Why this is not an event, as a person would say it; undefined where it is one. */
export function eventFault(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `an event is an object, not ${show(value)}`;
  }
  const { process, type, f, time, key, node, error } = value as Partial<HistoryEvent>;
  if (process !== 'nemesis' && !isCount(process)) {
    return `process is ${show(process)} and should be a whole number or "nemesis"`;
  }
  if (!TYPES.has(type)) return `type is ${show(type)} and should be invoke, ok, fail or info`;
  if (typeof f !== 'string' || f === '') return `f is ${show(f)} and should be a name`;
  if (time !== undefined && !(typeof time === 'number' && time >= 0)) {
    return `time is ${show(time)} and should be nanoseconds`;
  }
  if (key !== undefined && typeof key !== 'string') return `key is ${show(key)}, not a string`;
  if (node !== undefined && typeof node !== 'string') return `node is ${show(node)}, not a string`;
  if (error !== undefined && typeof (error as { code?: unknown } | null)?.code !== 'string') {
    return `error is ${show(error)} and should be an object with a code`;
  }
  return undefined;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A value as JSON, cut where it is long. */
export function show(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value as JsonValue);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
