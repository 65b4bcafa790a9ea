import { z } from 'zod';

/** A value that survives JSON: what operations carry, and what is written to disk. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object; an absent field and an undefined one mean the same. */
export interface JsonObject {
  [name: string]: JsonValue | undefined;
}

/** Any value at the place of a field that must not be missing, of data that is known to be JSON. */
export const anyJson = z.custom<JsonValue>((value) => value !== undefined);
