/** A value that survives JSON: what operations carry, and what is written to disk. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object; an absent field and an undefined one mean the same. */
export interface JsonObject {
  [name: string]: JsonValue | undefined;
}
