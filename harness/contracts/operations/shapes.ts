import { z } from 'zod';

import type { JsonValue } from '../../json.js';

/** What an operation is given that needs nothing but its key. */
export const nothing = z.union([z.undefined(), z.null()]);

/** Any value but null, which stands for "there is none". */
export const present = z.custom<NonNullable<JsonValue>>(
  (value) => value !== undefined && value !== null,
  'a value other than null (use delete)',
);

/** Any value, or null where there is none. */
export const maybe = z.custom<JsonValue>((value) => value !== undefined, 'a value, or null');

/** An answer that says nothing but "done", or what else the system likes to say. */
export const acknowledgement = z.custom<JsonValue | undefined>(() => true);

/** The value itself is what is written. */
export const whole = (value: JsonValue): JsonValue => value;

/** One of a pair. */
export const half =
  (index: 0 | 1) =>
  (value: JsonValue): JsonValue | undefined =>
    Array.isArray(value) ? value[index] : undefined;

/** The answer is what was seen, and of a list each of its items, too. */
export function seesAnswer(_value: JsonValue, answer: JsonValue | undefined): readonly JsonValue[] {
  if (answer === undefined) return [];
  return Array.isArray(answer) ? [answer, ...answer] : [answer];
}
