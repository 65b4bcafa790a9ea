import type { JsonObject } from '../harness/json.js';

/** What a status says under `version`, where it says it. */
export function readRelease({ version }: JsonObject): string | undefined {
  return typeof version === 'string' ? version : undefined;
}
